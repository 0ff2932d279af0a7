from model.attribution import Attribution


def find_threat(attribution: Attribution) -> None:
    return None
