"""Draw the pages: frames in, files out. Maps read columns and compute nothing.

palette  colours, forms and classes        words    what people read, Chinese and English
view     the frames that a page needs      shapes   geometries as short lists of integers
records  frames -> what the browser reads  layers   the folium layers       pages    the files
"""

from gridmap.maps.pages import Download, Page, coverage_page, gaps_page, home_page, site
from gridmap.maps.view import MapView

__all__ = ["Download", "MapView", "Page", "coverage_page", "gaps_page", "home_page", "site"]
