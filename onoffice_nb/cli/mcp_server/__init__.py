"""The pipe as tools of the Model Context Protocol: a model reads and plans, a person confirms what is written."""
