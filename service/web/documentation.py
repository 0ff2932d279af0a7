"""The OpenAPI document at ``/openapi.json``; at ``/docs`` Swagger UI, served from the installed package."""

from importlib.resources import files
from typing import cast

from flask import Blueprint, Response, current_app, render_template_string
from flask_openapi.openapi import OpenAPI

from service.web.answers import json_response

documentation = Blueprint(
    "documentation",
    __name__,
    static_folder=str(files("flask_openapi_swagger") / "templates" / "swagger"),
    static_url_path="/docs/assets",
)
# Swagger UI styles its elements in place.
POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Stancewire: HTTP interface</title>
<link rel="icon" href="{{ url_for('documentation.static', filename='images/swagger.svg') }}">
<link rel="stylesheet" href="{{ url_for('documentation.static', filename='css/swagger-ui.css') }}">
</head>
<body>
<div id="swagger-ui"></div>
<script src="{{ url_for('documentation.static', filename='js/swagger-ui-bundle.js') }}"></script>
<script src="{{ url_for('documentation.start') }}"></script>
</body>
</html>
"""
_SCRIPT = 'SwaggerUIBundle({ url: "openapi.json", dom_id: "#swagger-ui", validatorUrl: null });\n'


@documentation.get("/openapi.json")
def openapi_document() -> Response:
    """Return the OpenAPI 3.1 document."""
    return json_response(cast("OpenAPI", current_app).api_doc)


@documentation.get("/docs")
def page() -> Response:
    """Return the page that shows the document."""
    response = Response(render_template_string(_PAGE), mimetype="text/html")
    response.headers["Content-Security-Policy"] = POLICY
    return response


@documentation.get("/docs/start.js")
def start() -> Response:
    """Return the script that starts Swagger UI; a file, since the policy forbids scripts within the page."""
    return Response(_SCRIPT, mimetype="text/javascript")
