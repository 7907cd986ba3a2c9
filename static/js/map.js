// Marks, words and clicks of the shelter map. A classic script: the map's own script, which the
// program writes, calls it. Every text in a pin was escaped by the program before it came here.
"use strict";

const ShelterMap = (() => {
  const WORDS = { o: "開設", p: "常設", c: "閉鎖", n: "未開設", u: "不明" };
  const OPEN = ["o", "p"];
  // Outlines around the point, in radii; what has none is a circle. Shape tells as much as colour.
  const OUTLINES = {
    p: [[-0.85, -0.85], [0.85, -0.85], [0.85, 0.85], [-0.85, 0.85]],
    c: [[-0.85, -0.85], [0.85, -0.85], [0.85, 0.85], [-0.85, 0.85]],
    full: [[0, -1.2], [1.2, 0.9], [-1.2, 0.9]],
    u: [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]],
  };
  const page = document.getElementById("map");
  const layers = [];

  /** The colour of a mark is that of its line in the legend, so both themes fit. */
  function colour(name) {
    const sample = document.querySelector(`[data-mark="${name}"]`);
    return sample ? getComputedStyle(sample).color : "#333";
  }

  function isFull(pin) {
    return pin.p !== undefined && pin.c > 0 && pin.p >= pin.c;
  }

  const ShapeMarker = L.CircleMarker.extend({
    _updatePath() {
      const corners = this.options.outline.map(([x, y]) => this._point.add([x * this._radius, y * this._radius]));
      this._parts = [corners];
      this._renderer._updatePoly(this, true);
    },
  });

  function mark(feature, place) {
    const pin = feature.properties;
    const isOpen = OPEN.includes(pin.k) || pin.s !== undefined; // pins with words of their own
    const name = isOpen && isFull(pin) ? "full" : pin.k;
    const shade = colour(name);
    const outline = OUTLINES[name];
    return new (outline ? ShapeMarker : L.CircleMarker)(place, {
      outline,
      radius: isOpen ? 10 : 6,
      weight: 2,
      color: shade,
      fill: true,
      fillColor: shade,
      fillOpacity: isOpen ? 0.75 : 0.1,
      dashArray: pin.k === "c" ? "3 3" : null,
    });
  }

  function words(pin) {
    if (pin.s !== undefined) return `<strong>${pin.n}</strong><br>${pin.s}`;
    const lines = [`<strong>${pin.n}</strong>`, WORDS[pin.k] ?? WORDS.u];
    const people = pin.p === undefined ? "人数の報告なし" : `${pin.p}人`;
    const capacity = pin.c === undefined ? "" : `（定員${pin.c}人）`;
    if (OPEN.includes(pin.k) || pin.p !== undefined) lines.push(people + capacity);
    else if (capacity) lines.push(capacity);
    if (pin.t) lines.push(`${pin.t} 現在`);
    if (pin.w) lines.push(`必要: ${pin.w}`);
    return lines.join("<br>");
  }

  function bind(feature, layer) {
    if (!layer.getLatLng) return;
    const place = layer.getLatLng();
    const address = [place.lat, place.lng].map((angle) => angle.toFixed(5)).join("/");
    layer.bindTooltip(() => words(feature.properties), { direction: "top", className: "map-words" });
    layer.on("click", () => window.location.assign(feature.properties.u ?? page.dataset.placeUrl + address));
    layers.push({ layer, isOpen: OPEN.includes(feature.properties.k) });
  }

  /** Lines on plain ground, where there are no tiles; they move and scale with the map. */
  function addGrid(map) {
    const Grid = L.GridLayer.extend({
      createTile() {
        return L.DomUtil.create("div", "map-grid");
      },
    });
    new Grid({ minZoom: 0, maxZoom: 19 }).addTo(map);
  }

  function filter(map, onlyOpen) {
    for (const { layer, isOpen } of layers) {
      if (isOpen || !onlyOpen) layer.addTo(map);
      else layer.remove();
    }
  }

  function start(map, hasTiles) {
    map.attributionControl.setPrefix(false);
    if (!hasTiles) addGrid(map);
    L.control.scale({ imperial: false }).addTo(map);
    map.zoomControl.setPosition("topright");
    for (const [part, title] of [["in", "拡大"], ["out", "縮小"]]) {
      const button = page.querySelector(`.leaflet-control-zoom-${part}`);
      button.title = title;
      button.setAttribute("aria-label", title);
    }
    const onlyOpen = document.getElementById("only-open");
    if (onlyOpen) {
      onlyOpen.addEventListener("change", () => filter(map, onlyOpen.checked));
      if (onlyOpen.checked) filter(map, true);
    }
    page.dataset.ready = "true";
  }

  return { mark, bind, start };
})();
