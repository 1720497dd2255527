from hanbin_lib.site.content import PublishedMonth, Tiles, read_tiles, whole_places
from hanbin_lib.site.page import index_page

__all__ = ["PublishedMonth", "Tiles", "index_page", "read_tiles", "whole_places"]
