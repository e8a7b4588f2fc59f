"""The relation builder: the same pipe as in Python, as a page of widgets in a notebook."""

from onoffice_nb.extras import extra

with extra("notebook", "The relation builder"):
    from onoffice_nb.builder.relation_builder import RelationBuilder

__all__ = ["RelationBuilder"]
