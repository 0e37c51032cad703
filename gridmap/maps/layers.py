"""The folium layers: each hands the browser a kind and its options; the shapes come from the data files.

`folium.GeoJson` would write every polygon into the page, styled one by one: 30,000 buildings took 17 MB and 5 s. The
data files take a tenth of that, and one canvas draws them.
"""

from typing import Any

import folium
from branca.element import Figure, MacroElement
from folium.elements import JSCSSMixin
from folium.map import Layer
from folium.template import Template

MAP_SCRIPTS = (
    "core",
    "shapes",
    "ground",
    "buildings",
    "outlines",
    "markers",
    "cards",
    "labels",
    "search",
    "panel",
    "open",
)
VENDOR_SCRIPTS = ("leaflet/leaflet.js", "markercluster/leaflet.markercluster.js")
VENDOR_STYLES = ("leaflet/leaflet.css", "markercluster/MarkerCluster.css")


class CityMap(folium.Map):
    """A folium map without tiles, whose scripts and styles are all local."""

    def __init__(self, assets: str, **options: Any) -> None:  # noqa: ANN401  handed on to Leaflet as they are
        super().__init__(tiles=None, zoom_control=False, maxZoom=20, minZoom=8, zoomSnap=0.25, **options)
        self._id = "city"
        vendor = f"{assets}/vendor"
        self.default_js = [(name, f"{vendor}/{name}") for name in VENDOR_SCRIPTS]
        self.default_js += [(name, f"{assets}/js/{name}.js") for name in MAP_SCRIPTS]
        self.default_css = [(name, f"{vendor}/{name}") for name in VENDOR_STYLES]


class DataLayer(JSCSSMixin, Layer):
    """A layer that the browser draws from a data file by its kind: `gridmap.layers.<kind>(options)`."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = gridmap.layer({{ this.kind|tojson }}, {{ this.options|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, kind: str, title: str, *, show: bool = True, **options: Any) -> None:  # noqa: ANN401
        self._name, self._id = "layer", kind
        super().__init__(name=title, overlay=True, show=show)
        self._name, self._id = "layer", kind
        self.kind, self.options = kind, options


class Ground(MacroElement):
    """The first element: panes and controls, before any layer needs them."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            gridmap.prepare({{ this._parent.get_name() }}, {{ this.options|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, **options: Any) -> None:  # noqa: ANN401
        super().__init__()
        self._name, self._id = "ground", "page"
        self.options = options


class Opening(MacroElement):
    """The last element: hand the finished map to the page."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            gridmap.open({{ this._parent.get_name() }}, {
                {%- for kind, name in this.layers.items() %}
                {{ kind|tojson }}: {{ name }},
                {%- endfor %}
            }, {{ this.options|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, layers: dict[str, str], **options: Any) -> None:  # noqa: ANN401
        super().__init__()
        self._name, self._id = "opening", "page"
        self.layers, self.options = layers, options


def assemble(city: CityMap, layers: list[DataLayer], **options: Any) -> tuple[str, str, str]:  # noqa: ANN401
    """Put the layers on the map and return what folium makes of it: head, body and script."""
    Ground(**options).add_to(city)
    for layer in layers:
        layer.add_to(city)
    control = folium.LayerControl(collapsed=True)
    control._id = "layers"  # noqa: SLF001  folium draws ids by chance; a page must come out the same every time
    control.add_to(city)
    Opening({layer.kind: layer.get_name() for layer in layers}, **options).add_to(city)
    figure = city.get_root()
    if not isinstance(figure, Figure):
        raise TypeError("folium put the map into something else than a figure")
    figure.render()
    links = [child for child in figure.header._children.values() if hasattr(child, "url")]  # noqa: SLF001
    return "\n".join(link.render() for link in links), figure.html.render(), figure.script.render()
