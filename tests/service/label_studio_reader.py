"""Reads tasks as Label Studio does, and prints what it makes of them: run in an interpreter that has its SDK.

Arguments: the labelling interface (XML), the tasks (JSON).
"""

import json
import sys
import tempfile
from pathlib import Path

from label_studio_sdk.converter import Converter
from label_studio_sdk.label_interface import LabelInterface


def main() -> None:
    config, tasks_file = Path(sys.argv[1]).read_text("utf-8"), Path(sys.argv[2])
    tasks = json.loads(tasks_file.read_bytes())
    interface = LabelInterface(config)
    interface.validate()
    faults = [
        fault
        for task in tasks
        for prediction in task["predictions"]
        for fault in interface.validate_prediction(prediction, return_errors=True)
    ]
    invalid = [a for task in tasks for a in task["annotations"] if not interface.validate_annotation(a)]
    fit = all(interface.validate_task({"data": task["data"]}) for task in tasks)
    with tempfile.TemporaryDirectory() as folder:
        converter = Converter(config, project_dir=None, download_resources=False)
        converter.convert_to_json_min(str(tasks_file), folder, is_dir=False)
        converted = json.loads((Path(folder) / "result.json").read_bytes())
    json.dump({"faults": faults, "invalid": invalid, "fit": fit, "converted": converted}, sys.stdout)


main()
