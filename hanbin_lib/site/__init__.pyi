from hanbin_lib.site.months import PublishedMonth, whole_places
from hanbin_lib.site.page import index_page
from hanbin_lib.site.tiles import Tiles, read_tiles

__all__ = ["PublishedMonth", "Tiles", "index_page", "read_tiles", "whole_places"]
