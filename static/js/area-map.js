// The map of a round (places by number and state) and the drawing of an area. A classic script:
// the map's own script, which the program writes, calls it. Texts were escaped by the program.
"use strict";

const AreaMap = (() => {
  const WORDS = { r: "要救助", u: "未確認", h: "聞き取り", c: "確認済", s: "避難所" };
  const RADII = { r: 12, u: 10, h: 8, c: 6, s: 5 };
  const page = document.getElementById("map");
  const field = document.querySelector("input[name=corners]");
  const corners = [];

  /** The colour of a mark is that of its line in the legend, so both themes fit. */
  function colour(name) {
    const sample = document.querySelector(`[data-mark="${name}"]`);
    return sample ? getComputedStyle(sample).color : getComputedStyle(page).color;
  }

  function mark(feature, place) {
    const { k } = feature.properties;
    const shade = colour(k);
    const isDone = k === "c" || k === "s";
    return new L.CircleMarker(place, {
      radius: RADII[k] ?? 8,
      weight: k === "r" ? 4 : 2,
      color: shade,
      fillColor: shade,
      fillOpacity: isDone ? 0.1 : 0.7,
    });
  }

  function bind(feature, layer) {
    if (!layer.getLatLng) return;
    const { n, k } = feature.properties;
    const isRound = k !== "s";
    layer.bindTooltip(isRound ? `${n}番 ${WORDS[k] ?? ""}` : n, { direction: "top", className: "map-words" });
    const line = document.getElementById(`line-${n}`);
    if (isRound && line) layer.on("click", () => line.scrollIntoView({ block: "center" }));
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

  function read() {
    try {
      const kept = JSON.parse(field.value || "[]");
      return Array.isArray(kept) ? kept : [];
    } catch {
      return [];
    }
  }

  /** Each click is a corner; the hidden field holds them, so that the form works as ever. */
  function draw(map) {
    const status = document.querySelector("[data-draw=status]");
    const shape = L.polygon([], { color: colour("r"), weight: 3, fillOpacity: 0.15, interactive: false }).addTo(map);
    const show = () => {
      shape.setLatLngs(corners);
      field.value = corners.length ? JSON.stringify(corners) : "";
      status.textContent = corners.length ? `角 ${corners.length}${corners.length < 3 ? "（3つ以上要ります）" : ""}` : "";
    };
    corners.push(...read());
    map.on("click", ({ latlng }) => {
      corners.push([Number(latlng.lat.toFixed(6)), Number(latlng.lng.toFixed(6))]);
      show();
    });
    map.doubleClickZoom.disable();
    document.querySelector(".draw-tools").hidden = false;
    document.querySelector("[data-draw=undo]").addEventListener("click", () => {
      corners.pop();
      show();
    });
    document.querySelector("[data-draw=clear]").addEventListener("click", () => {
      corners.length = 0;
      show();
    });
    show();
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
    if (field) draw(map);
    page.dataset.ready = "true";
  }

  return { mark, bind, start };
})();
