"""A small application that shows every shared component, for the browser checks of this folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from flask import Flask, Response, render_template_string, request
from flask_wtf import CSRFProtect, FlaskForm
from wtforms import BooleanField, FileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired

from victim_support.background import Address, listening
from victim_support.core.paths import resource_dir

STRICT_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; require-trusted-types-for 'script'"
)

PAGE = """
{% extends "_layouts/desk.html" %}
{% from "_components/form.html" import field, error_summary, hidden, submit, kana_mark %}
{% from "_components/status.html" import badge, banner, done, facts, figures %}
{% from "_components/table.html" import table, pager %}
{% block title %}部品の見本{% endblock %}
{% block main %}
  <h1>部品の見本</h1>
  {{ done("佐藤 さん 3人を受け付けました", "/undo") }}
  {{ banner("紙に切り替えてください", "error", "alert") }}
  {{ banner("確かめてください", "warning") }}
  {{ banner("お知らせ") }}
  {{ figures([("点呼", "171人"), ("氏名あり", "164人")]) }}
  {{ facts([("住所", "上郷飯沼 1-2"), ("電話", none)]) }}
  <p>{{ badge("開設", "success") }} {{ badge("閉鎖") }} {{ badge("要救助", "error") }}
     {{ badge("未確認", "warning") }} {{ badge("不明", "info") }}</p>
  <form id="sample" method="post" action="/" data-enter="next" novalidate>
    {{ error_summary(form) }}{{ hidden(form) }}
    {{ field(form.name, data_kana_target="kana") }}
    {{ field(form.kana, data_kana_script="katakana") }}{{ kana_mark(form.kana) }}
    {{ field(form.sex, hint="答えなくてもかまいません") }}
    {{ field(form.place) }}{{ field(form.note) }}{{ field(form.paper) }}{{ field(form.agreed) }}
    <div class="actions">
      {{ submit("登録する", key="Ctrl+Enter") }}
      <button class="button is-secondary" type="button" data-key="F2 Alt+2">新しい方</button>
      <button class="button is-danger" type="button">削除する</button>
    </div>
  </form>
  {% call table("避難所の一覧", ["名称", "状態", ["人数", "is-number"]]) %}
    <tr><th scope="row"><a href="/x">上郷小学校</a></th><td>{{ badge("開設", "success") }}</td>
        <td class="is-number">171</td></tr>
  {% endcall %}
  {{ pager(2, 3, "page") }}
{% endblock %}
"""


class SampleForm(FlaskForm):
    """One field of each kind."""

    name = StringField("氏名", [DataRequired("氏名を入力してください")])
    kana = StringField("フリガナ")
    sex = RadioField("性別", choices=[("f", "女"), ("m", "男")])
    place = SelectField("泊まる所", choices=[("in", "ここ"), ("car", "敷地の車")])
    note = TextAreaField("覚え書き")
    paper = FileField("ファイル")
    agreed = BooleanField("家族への回答")


def create_gallery() -> Flask:
    """Make the application with the real templates, files and content security policy."""
    app = Flask(
        "gallery",
        template_folder=str(resource_dir("templates")),
        static_folder=str(resource_dir("static")),
    )
    app.config.update(SECRET_KEY="gallery", WTF_CSRF_TIME_LIMIT=None)
    CSRFProtect(app)
    posts: list[dict[str, str]] = []
    app.config["POSTS"] = posts

    @app.route("/", methods=["GET", "POST"])
    def page() -> str:
        form = SampleForm()
        if request.method == "POST":
            posts.append(request.form.to_dict())
            form.validate()
        asked = {key: request.args[key] for key in ("theme", "size") if key in request.args}
        return render_template_string(
            PAGE,
            form=form,
            training="training" in request.args,
            preferences=asked,
            disaster={"name": "令和8年7月豪雨"},
            shelter_name="上郷小学校",
            actor={"name": "試験 太郎"},
            logout_url="/logout",
            may=lambda _permission: False,
            menu=[
                {"url": "/", "label": "受付", "key": "Alt+1", "current": True},
                {"url": "/x", "label": "名簿", "key": "", "current": False},
            ],
            status_line=["控え2分前"],
        )

    @app.post("/preferences")
    def preferences() -> tuple[str, int]:
        posts.append(request.form.to_dict())
        return "", 204

    @app.after_request
    def add_policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = STRICT_CSP
        return response

    return app


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve the application on a free port and give its address."""
    server = listening(app, Address("127.0.0.1", 0), threads=4)
    thread = Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.bind_addr[1]}"
    finally:
        server.stop()
        thread.join()
