"""What a desk does on the pages of running a shelter."""


def person_page(desk, text):
    """Find somebody who is here and open the page of that person."""
    found = desk.post("/operations/people", {"text": text})
    assert found.status == 200
    stay = found.text.split('name="stay" value="', 1)[1][:36]
    return desk.post("/operations/person", {"stay": stay})


def row_path(page, ending):
    """Return where the first form that ends so is sent."""
    return next(form.action for form in page.forms if form.action.endswith(ending))
