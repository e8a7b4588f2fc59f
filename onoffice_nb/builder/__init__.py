"""The relation builder: the same pipe as in Python, as a page of widgets in a notebook."""

from onoffice_nb.builder.relation_builder import RelationBuilder

__all__ = ["RelationBuilder"]
