"""Which letters the bytes mean: the encodings of the region, also in short texts."""

import pytest

from throughline.kernel.intake.formats import Unreadable, encodings

SERBIAN = "Pucnjava u Nišu: ranjen muškarac; žena, ćerka, Đorđe, čovek"
ALBANIAN = "Vrasje në Tiranë, është plagosur një grua; çështja hetohet"
CYRILLIC = "Пуцњава у Нишу, рањен мушкарац; Скопје, лице без повреди"
ROMANIAN = "Împuşcături în Chişinău, rănită o femeie; poliţia anchetează"
GERMAN = "Ermittlungen gegen Müller; Straße, Übung, Köln"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SERBIAN, "cp1250"),
        (SERBIAN, "iso8859-2"),
        (SERBIAN, "cp852"),
        (CYRILLIC, "cp1251"),
        (ALBANIAN, "cp1252"),
        (ALBANIAN, "cp852"),
        (ALBANIAN, "mac-roman"),
        (ROMANIAN, "cp1250"),
        (ROMANIAN, "iso8859-2"),
        (ROMANIAN, "cp852"),
        (GERMAN, "cp1252"),
        (GERMAN, "mac-roman"),
    ],
)
def test_text_in_an_old_encoding_is_read_as_written(text: str, encoding: str) -> None:
    content = text.encode(encoding)
    guessed, _certain = encodings.guess(content)
    assert content.decode(guessed) == text


@pytest.mark.parametrize("word", ["žena", "ćerka", "Đorđe", "čovek", "muškarac", "Niš", "šđčćž"])
@pytest.mark.parametrize("encoding", ["cp1250", "iso8859-2"])
def test_a_single_word_with_the_letters_of_the_region(word: str, encoding: str) -> None:
    content = word.encode(encoding)
    assert content.decode(encodings.guess(content)[0]) == word


@pytest.mark.parametrize("word", ["Ниш", "Скопје", "мушкарац", "жена", "непознато"])
def test_a_single_word_in_cyrillic(word: str) -> None:
    assert encodings.guess(word.encode("cp1251"))[0] == "cp1251"


@pytest.mark.parametrize("text", [SERBIAN, ALBANIAN, CYRILLIC, "plain ascii"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_known_with_and_without_its_mark(text: str, encoding: str) -> None:
    content = f"a;b\r\n{text};2\r\n".encode(encoding)
    guessed, _certain = encodings.guess(content)
    assert encodings.decode(content, guessed) == f"a;b\r\n{text};2\r\n"


def test_a_mark_makes_certain_and_a_guess_does_not() -> None:
    assert encodings.guess(b"\xef\xbb\xbfa") == ("utf-8-sig", True)
    assert encodings.guess("è".encode("cp1252"))[1] is False


def test_the_wrong_encoding_names_the_line() -> None:
    with pytest.raises(Unreadable, match="Line 2 cannot be read as UTF-8"):
        encodings.decode("a\nž".encode("cp1250"), "utf-8")


def test_a_null_byte_is_named() -> None:
    with pytest.raises(Unreadable, match="Line 3 holds a null byte"):
        encodings.decode(b"a\nb\nc\x00d", "utf-8")


def test_an_encoding_nobody_knows() -> None:
    with pytest.raises(Unreadable, match="There is no encoding called 'klingon'"):
        encodings.decode(b"a", "klingon")
