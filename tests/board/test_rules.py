"""Geometry of plots and maps."""

from datetime import datetime, timedelta

import pytest

from victim_support.board.labels import HEIGHT, WIDTH, Circle, spread_labels
from victim_support.board.rules import spark_path
from victim_support.core.clock import JAPAN
from victim_support.core.plans import outline_paths, project
from victim_support.core.plots import make_plot, nice_step

BEGIN = datetime(2024, 1, 9, 18, tzinfo=JAPAN)


@pytest.mark.parametrize(
    ("most", "step"), [(0, 1), (1, 1), (7, 2), (40, 10), (499, 100), (1886, 500), (20000, 5000)]
)
def test_grid_lines_stand_at_round_numbers(most, step):
    assert nice_step(most) == step


def points(*values, every=timedelta(days=1)):
    return [(BEGIN + n * every, value) for n, value in enumerate(values)]


def test_a_plot_goes_in_steps_from_edge_to_edge_and_says_itself_in_words():
    plot = make_plot("避難者数の推移", "人", points(1886, 1700, 40))

    assert plot.path.startswith(f"M{plot.left}")
    assert f"H{plot.right}" in plot.path
    assert "L" not in plot.path
    assert "最大 2024/01/09 18:00 1,886人" in plot.words
    assert "2024/01/11 18:00 40人" in plot.words
    assert [tick.label for tick in plot.across] == ["0", "500", "1,000", "1,500", "2,000"]


@pytest.mark.parametrize("values", [(), (5,), (0, 0)])
def test_a_plot_of_little_or_nothing_is_still_a_plot(values):
    plot = make_plot("避難者数の推移", "人", points(*values))

    assert plot.words
    assert plot.across


@pytest.mark.parametrize("days", [1, 5, 30, 240])
def test_the_time_line_has_few_marks_inside_the_plot(days):
    plot = make_plot("", "人", points(1, 2, every=timedelta(days=days)))

    assert 1 <= len(plot.down) <= 12
    assert all(plot.left <= tick.position <= plot.right for tick in plot.down)


def test_a_small_line_needs_two_values():
    assert spark_path([3]) == ""
    assert spark_path([0, 10]) == "M0 19L100 1"


def test_north_is_above_and_everything_is_on_the_paper():
    on = project([(37.0, 136.9), (37.2, 137.0)], 190, 176)
    south, north = on.place(37.0, 136.9), on.place(37.2, 137.0)

    assert south[1] > north[1]
    assert south[0] < north[0]
    for x, y in (south, north):
        assert 0 < x < 190
        assert 0 < y < 176
    length, kilometres = on.kilometres
    assert length < 190 / 3
    assert kilometres >= 1


def test_one_place_alone_has_a_map_too():
    x, y = project([(37.0, 136.9)], 190, 176).place(37.0, 136.9)

    assert (round(x), round(y)) == (95, 88)


@pytest.mark.parametrize(
    "outline",
    [
        {"type": "Polygon", "coordinates": [[[136.9, 37.0], [137.0, 37.0], [137.0, 37.1]]]},
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "geometry": {
                        "type": "MultiPolygon",
                        "coordinates": [[[[136.9, 37.0], [137.0, 37.0], [137.0, 37.1]]]],
                    },
                }
            ],
        },
    ],
)
def test_a_boundary_becomes_lines(outline):
    on = project([(37.0, 136.9)], 190, 176)

    assert len(outline_paths(outline, on)) == 1
    assert outline_paths(None, on) == []


def test_numbers_of_crowded_circles_stand_apart_and_on_the_map():
    alone, crowd = Circle(20, 20, 3), [Circle(100 + n, 2 + n, 5) for n in range(6)]

    labels = spread_labels([alone, *crowd], 190, 176)

    assert labels[0] == (20, 20)
    pairs = [(one, other) for n, one in enumerate(labels) for other in labels[:n]]
    assert all(abs(a[0] - b[0]) >= WIDTH or abs(a[1] - b[1]) >= HEIGHT for a, b in pairs)
    assert all(0 < x < 190 and 0 < y < 176 for x, y in labels)


def test_a_number_without_any_free_place_stays_in_its_circle():
    assert spread_labels([Circle(5, 5, 1), Circle(5, 5, 1)], 10, 10) == [(5, 5), (5, 5)]
