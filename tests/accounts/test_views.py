from tests.prepared import ADMIN, ADMIN_PASSWORD


def test_login_with_the_right_password_leads_to_the_first_page(stranger):
    page = stranger.get("/login")

    answer = stranger.submit(page, login_name=ADMIN, password=ADMIN_PASSWORD)

    assert answer.status == 302
    assert answer.location == "/"
