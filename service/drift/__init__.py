"""How what the service and archives read differs from the text that the model was measured on."""
