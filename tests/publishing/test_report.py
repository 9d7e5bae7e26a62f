"""The page itself: what it says, that it is safe, that it is always the same bytes."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import msgspec
import pytest
from lxml import html
from PIL import Image

from gonogo.model import Decision, MeasuredDifference, Side
from gonogo.publishing.base import Dossier
from gonogo.publishing.page import html_page
from gonogo.publishing.plain_english import complaints
from gonogo.publishing.report import HtmlReport
from gonogo.publishing.sections.glossary import TERMS
from gonogo.publishing.view import report_view


def page(dossier: Dossier) -> html.HtmlElement:
    return html.document_fromstring(html_page(dossier))


def text_of(dossier: Dossier) -> str:
    return " ".join(page(dossier).text_content().split())


def test_it_is_one_file(no_go: Dossier, tmp_path: Path) -> None:
    done = HtmlReport().publish(replace(no_go, published=tmp_path))
    assert done.files == ("report.html",)
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_sections_stand_in_the_order_of_the_public_templates(any_dossier: Dossier) -> None:
    headings = [heading.text_content() for heading in page(any_dossier).iter("h2")]
    assert headings == [
        "Our recommendation",
        "What this means",
        "In this report",
        "At a glance",
        "What had to hold",
        "Problems still open",
        "Speed",
        "Security",
        "Accessibility",
        "What we did not test, and why",
        "How we tested",
        "How sure we are",
        "Decision and signatures",
        "Appendix",
    ]


def test_the_recommendation_is_one_bold_sentence(any_dossier: Dossier) -> None:
    bold = page(any_dossier).xpath("//section[1]//strong")
    assert [each.text_content() for each in bold][:1] == [report_view(any_dossier).recommendation.sentence]


@pytest.mark.parametrize("decision", Decision)
def test_every_decision_has_a_page_of_its_own(no_go: Dossier, decision: Decision) -> None:
    changed = replace(no_go, verdict=msgspec.structs.replace(no_go.verdict, decision=decision))
    titles = {
        Decision.GO: "Go: ",
        Decision.GO_WITH_CONDITIONS: "Go with conditions: ",
        Decision.NO_GO: "No-go: ",
        Decision.INCONCLUSIVE: "We do not have enough evidence yet: ",
    }
    assert page(changed).findtext(".//title").startswith(titles[decision])


def test_page_one_is_plain_english(any_dossier: Dossier) -> None:
    found = page(any_dossier)
    first = found.xpath("//section[@aria-labelledby='recommendation' or @aria-labelledby='meaning']")
    texts = [each.text_content().strip() for part in first for each in part.iter("p", "li", "h2", "h3")]
    assert complaints(texts, explained=TERMS) == ()


def test_what_already_happens_today_is_told_apart(no_go: Dossier) -> None:
    found = page(no_go)
    already = found.xpath("//h3[@id='already']/following-sibling::ul[1]")[0].text_content()
    problems = " ".join(each.text_content() for each in found.find_class("problem"))
    assert "The repairs page skips a heading level" in already
    assert "The repairs page skips a heading level" not in problems


def test_effects_are_folded_under_their_cause(no_go: Dossier) -> None:
    problems = page(no_go).find_class("problem")
    assert len(problems) == 14
    letters = next(each for each in problems if "there is a problem with the service" in each.text_content())
    folded = letters.xpath(".//details[1]")[0].text_content()
    assert "1 further difference" in folded
    assert "A rent officer writes a letter" in folded


def test_a_problem_starts_with_what_people_see(no_go: Dossier) -> None:
    first = page(no_go).find_class("problem")[0]
    assert first.findtext("h3") == "1. 3 of 500 rent totals differ, by £37.20 in all."
    technical = first.xpath(".//details//pre")[0].text_content()
    assert "AssertionError" in technical


def test_every_link_inside_the_page_has_its_target(any_dossier: Dossier) -> None:
    found = page(any_dossier)
    identities = [each.get("id") for each in found.xpath("//*[@id]")]
    assert len(identities) == len(set(identities))
    for link in found.xpath("//a[starts-with(@href, '#')]"):
        assert link.get("href")[1:] in identities


def test_every_link_outwards_leads_to_a_file_of_the_run(no_go: Dossier) -> None:
    links = [each.get("href") for each in page(no_go).xpath("//a[not(starts-with(@href, '#'))]")]
    evidence = [link for link in links if link != "allure/index.html"]
    assert evidence
    for link in evidence:
        assert (no_go.published / unquote(link)).is_file()


def test_met_is_said_in_words_beside_every_mark(any_dossier: Dossier) -> None:
    tags = page(any_dossier).xpath("//span[contains(@class, 'tag')]")
    assert tags
    for tag in tags:
        mark = tag.find("span")
        assert mark.get("aria-hidden") == "true"
        assert mark.tail.strip() in {"Met", "Not met", "Not shown", "Waived", "Not tested", "Not judged"}


def test_before_and_after_are_embedded_side_by_side(no_go: Dossier) -> None:
    pictures = page(no_go).xpath("//div[@class='pair']//img")
    assert len(pictures) == 2
    shown = []
    for picture in pictures:
        kind, _, data = picture.get("src").partition(",")
        assert kind == "data:image/png;base64"
        with Image.open(io.BytesIO(base64.b64decode(data))) as opened:
            assert opened.size == (int(picture.get("width")), int(picture.get("height")))
            assert opened.width <= 900
            shown.append(opened.convert("RGB").tobytes())
        assert picture.get("alt")
    assert shown[0] != shown[1]


def test_pictures_stop_at_the_limit_and_it_says_so(no_go: Dossier) -> None:
    settings = replace(no_go.settings, picture_limit_bytes=0)
    found = page(replace(no_go, settings=settings))
    assert found.xpath("//img") == []
    assert "the report’s limit for pictures is reached" in " ".join(found.text_content().split()).replace(
        "'", "’"
    )


def test_a_picture_that_is_gone_or_broken_costs_only_itself(no_go: Dossier, tmp_path: Path) -> None:
    for content in (None, b"not a picture", b""):
        folder = tmp_path / str(hash(content))
        (folder / "published").mkdir(parents=True)
        place = folder / "runs/regression.candidate/raw/snapshots/rent-account.png"
        if content is not None:
            place.parent.mkdir(parents=True)
            place.write_bytes(content)
        found = page(replace(no_go, folder=folder, published=folder / "published"))
        assert found.xpath("//img") == []
        assert "“Rent account page”: a picture" in found.text_content()


def test_every_chart_has_its_words_and_its_table(no_go: Dossier) -> None:
    found = page(no_go)
    charts = found.xpath("//*[local-name()='svg']")
    assert len(charts) == 2
    titles = [each.xpath("./*[local-name()='title']")[0].text_content() for each in charts]
    assert titles[1] == "Rent search: 52% slower, range 50% to 54% slower; 10% slower is allowed."
    table = found.xpath("//table[caption='Response times']")[0].text_content()
    for word in ("Rent search", "52% slower", "50% to 54% slower", "10% slower"):
        assert word in table


def test_the_servers_and_their_memory_are_shown_where_they_are_known(no_go: Dossier, go: Dossier) -> None:
    assert "The servers while they were measured" not in text_of(go)

    def server(statistic: str, unit: str, baseline: float, candidate: float) -> MeasuredDifference:
        return MeasuredDifference(
            key=f"load:target:{statistic}", stage="load", title="Server", statistic=statistic, unit=unit,
            baseline=baseline, candidate=candidate, baseline_samples=12, candidate_samples=12,
        )  # fmt: skip

    measured = (
        server("cpu_ratio", "ratio", 0.21, 0.34),
        server("memory_mib", "MiB", 76.2, 131.0),
        server("memory_growth_mib", "MiB", 0.4, 38.4),
    )
    comparison = msgspec.structs.replace(
        no_go.comparison, measurements=(*no_go.comparison.measurements, *measured)
    )
    found = page(replace(no_go, comparison=comparison))
    table = found.xpath("//table[caption='The servers while they were measured']")[0].text_content()
    for word in ("21% of one processor", "34% of one processor", "76 MiB", "131 MiB", "0.4 MiB", "38.4 MiB"):
        assert word in table
    assert "The upgrade's server grew steadily by 38 MiB" in found.text_content()


def test_nothing_unshown_is_left_out(inconclusive: Dossier) -> None:
    text = text_of(inconclusive)
    for said in (
        "Acceptance tests on 8.2.1 (the upgrade): stopped with an error.",
        "The upgraded system stopped answering after 12 seconds.",
        "Load test on 8.2.1 (the upgrade): was not started.",
        "Ran nothing on 8.1 (in use today).",
        "Has steps that do not exist on 8.1 (in use today).",
        "The scanner never signed in.",
        "Regression tests: nothing was planned.",
        "Undoing the upgrade was not rehearsed by this test.",
    ):
        assert said in text, said


def test_a_skip_is_shown_with_its_reason(no_go: Dossier) -> None:
    text = text_of(no_go)
    assert "Left out on purpose: No printer is attached to the test machine." in text
    assert "A letter prints on the office printer (should-have)" in text


def test_how_it_was_tested_names_tools_dates_and_permission(no_go: Dossier) -> None:
    text = text_of(no_go)
    for said in (
        "behave 1.3.3 and chromium-headless-shell 156.0",
        "9 November 2026 at 10:00 UTC",
        "Head of Applications permitted load and active scan on 127.0.0.1 until 31 December 2026.",
    ):
        assert said in text


def test_a_password_in_an_address_is_not_shown(no_go: Dossier) -> None:
    assert "secret-in-address" not in html_page(no_go)


def test_each_required_role_has_a_row_to_sign(no_go: Dossier) -> None:
    rows = page(no_go).xpath("//table[caption='Signatures']/tbody/tr")
    assert [row[0].text_content() for row in rows] == ["Head of Housing", "Finance lead"]
    assert rows[1][1].text_content() == "Money"


def test_every_check_is_in_the_appendix_with_both_sides(any_dossier: Dossier) -> None:
    rows = page(any_dossier).xpath("//table[caption='Every check']/tbody/tr")
    assert len(rows) == len(any_dossier.comparison.differences)
    text = " ".join(row.text_content() for row in rows)
    for check in any_dossier.plan.checks:
        assert check.title in text


def test_a_planned_check_that_the_comparison_lacks_is_listed_as_not_compared(go: Dossier) -> None:
    empty = replace(go, comparison=msgspec.structs.replace(go.comparison, differences=()))
    rows = page(empty).xpath("//table[caption='Every check']/tbody/tr")
    assert len(rows) == len(go.plan.checks)
    assert all("Not compared" in row.text_content() for row in rows)


def test_every_digest_of_the_verdict_is_there(no_go: Dossier) -> None:
    text = text_of(no_go)
    digests = no_go.verdict.digests
    for digest in (digests.policy, digests.plan, digests.evidence, digests.waivers):
        assert digest in text


def test_the_glossary_explains_only_words_that_are_used(no_go: Dossier, go: Dossier) -> None:
    def terms(dossier: Dossier) -> set[str]:
        found = page(dossier).xpath("//h3[@id='glossary']/following-sibling::dl/dt")
        return {each.text_content() for each in found}

    assert "SHA-256" in terms(go)
    assert "XLSX" not in terms(go)
    assert terms(go) <= set(TERMS)


def test_there_is_no_script_and_no_style_outside_the_one_sheet(any_dossier: Dossier) -> None:
    found = page(any_dossier)
    assert found.xpath("//script") == []
    assert found.xpath("//@style") == []
    assert [name for name in found.xpath("//@*") if getattr(name, "attrname", "").startswith("on")] == []
    assert len(found.xpath("//style")) == 1
    assert found.xpath("//link | //iframe | //object | //embed | //form | //base") == []


def test_the_policy_names_the_style_sheet_by_its_hash(go: Dossier) -> None:
    text = html_page(go)
    sheet = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert sheet is not None
    digest = base64.b64encode(hashlib.sha256(sheet[1].encode()).digest()).decode()
    policy = page(go).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert f"style-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy


def test_the_style_sheet_loads_nothing() -> None:
    sheet = Path(__file__).parents[2] / "src/gonogo/publishing/templates/report.css"
    text = sheet.read_text(encoding="utf-8")
    assert "url(" not in text
    assert "@import" not in text


def test_same_dossier_gives_the_same_bytes(any_dossier: Dossier) -> None:
    assert html_page(any_dossier) == html_page(any_dossier)


def test_the_time_is_the_one_passed_in(go: Dossier) -> None:
    assert "3 January 2027 at 04:05 UTC" in text_of(replace(go, generated_at="2027-01-03T04:05:06Z"))


def test_hostile_text_stays_text(hostile: Dossier) -> None:
    text = html_page(hostile)
    found = html.document_fromstring(text)
    assert found.xpath("//script | //img[not(starts-with(@src, 'data:image/png'))]") == []
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "{{7*7}}" in text
    assert len(text) < 500_000


def test_evidence_outside_the_run_is_neither_linked_nor_named(hostile: Dossier) -> None:
    text = html_page(hostile)
    assert "passwd" not in text
    links = page(hostile).xpath("//a/@href")
    assert not any(link.endswith("raw/x.html") for link in links)
    assert all(link.startswith(("#", "../runs/", "allure/")) for link in links)


def test_a_link_out_of_the_run_folder_is_not_followed(no_go: Dossier, tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"\x89PNG")
    folder = tmp_path / "run"
    place = folder / "runs/uat.candidate/raw/screenshots/total.png"
    place.parent.mkdir(parents=True)
    place.symlink_to(secret)
    found = page(replace(no_go, folder=folder, published=folder / "published"))
    assert not any("total.png" in link for link in found.xpath("//a/@href"))


def test_a_team_can_replace_one_template(go: Dossier, tmp_path: Path) -> None:
    (tmp_path / "section_decision.html.j2").write_text("<p>Signed on paper: {{ view.cover.system }}</p>")
    own = replace(go, settings=replace(go.settings, templates=tmp_path))
    assert "Signed on paper: Meridian Housing" in html_page(own)
    assert "At a glance" in html_page(own)


def test_a_broken_template_is_said_plainly(go: Dossier, tmp_path: Path) -> None:
    from gonogo.model.errors import ProjectError

    (tmp_path / "section_decision.html.j2").write_text("{% if %}")
    own = replace(go, settings=replace(go.settings, templates=tmp_path))
    with pytest.raises(ProjectError, match=r"section_decision\.html\.j2"):
        html_page(own)


def test_ten_thousand_checks_make_a_page_in_seconds(go: Dossier) -> None:
    import time

    one = go.comparison.differences[0]
    many = tuple(msgspec.structs.replace(one, key=f"{one.key}{place}") for place in range(10_000))
    large = replace(go, comparison=msgspec.structs.replace(go.comparison, differences=many))
    started = time.perf_counter()
    text = html_page(large)
    assert time.perf_counter() - started < 8
    assert len(text) < 12_000_000


def test_the_side_columns_are_headed_by_version(no_go: Dossier) -> None:
    headings = page(no_go).xpath("//table[caption='Every check']//th[@scope='col']/text()")
    assert headings[3:5] == ["8.1 (in use today)", "8.2.0 (the upgrade)"]
    assert no_go.upgrade.target(Side.CANDIDATE).version == "8.2.0"
