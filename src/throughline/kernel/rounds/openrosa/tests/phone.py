"""A phone, written from the specification: it signs in by Digest, asks with HEAD, sends multipart requests."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.request import parse_http_list, parse_keqv_list

from django.test import Client
from lxml import etree

from throughline.kernel.rounds.forms import wire
from throughline.kernel.rounds.models import Part, Return
from throughline.kernel.rounds.openrosa import keys
from throughline.kernel.rounds.openrosa.catalogue import version_of

LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"
RESPONSE = "{http://openrosa.org/http/response}"
HEADERS = {"X-OpenRosa-Version": "1.0", "Date": "Sat, 21 Nov 2026 10:00:00 GMT"}
EDGE = "edge-of-a-part"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32


def encoded(xml: bytes | None, files: Mapping[str, bytes], fields: Mapping[str, str]) -> bytes:
    """A multipart body, part by part."""
    lines = []
    if xml is not None:
        head = (
            'Content-Disposition: form-data; name="xml_submission_file"; filename="form.xml"\r\nContent-Type: text/xml'
        )
        lines.append(f"--{EDGE}\r\n{head}\r\n\r\n".encode() + xml + b"\r\n")
    for name, content in files.items():
        head = f'Content-Disposition: form-data; name="{name}"; filename="{name}"\r\nContent-Type: image/jpeg'
        lines.append(f"--{EDGE}\r\n{head}\r\n\r\n".encode() + content + b"\r\n")
    for name, value in fields.items():
        lines.append(f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    return b"".join(lines) + f"--{EDGE}--\r\n".encode()


def digest_header(challenge: str, method: str, uri: str, user_name: str, secret: str, *, nc: int = 1) -> str:
    """The answer to a challenge, computed as RFC 7616 says and by nothing of ours."""
    fields = parse_keqv_list(parse_http_list(challenge.removeprefix("Digest ")))
    algorithm = fields.get("algorithm", "MD5")
    name = {"MD5": "md5", "SHA-256": "sha256"}[algorithm]

    def h(text: str) -> str:
        return hashlib.new(name, text.encode()).hexdigest()

    count, cnonce = f"{nc:08x}", "0a4f113b"
    ha1 = h(f"{user_name}:{fields['realm']}:{secret}")
    ha2 = h(f"{method}:{uri}")
    response = h(f"{ha1}:{fields['nonce']}:{count}:{cnonce}:auth:{ha2}")
    return (
        f'Digest username="{user_name}", realm="{fields["realm"]}", nonce="{fields["nonce"]}", uri="{uri}", '
        f'algorithm={algorithm}, response="{response}", qop=auth, nc={count}, cnonce="{cnonce}"'
    )


@dataclass
class Phone:
    """Somebody's phone with a key of theirs."""

    user_name: str
    secret: str
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))
    challenge: str = ""
    count: int = 0

    @classmethod
    def of(cls, world: Any, who: str, name: str = "Field phone") -> "Phone":
        key, secret = keys.make_key(world.viewer(who), name=name)
        return cls(key.user_name, secret)

    def call(self, method: str, path: str, *, content: bytes = b"", language: str = "en", **headers: str) -> Any:
        """One request; where the server asks who this is, the answer to that, as a phone does."""
        response = self._send(method, path, content, language, headers)
        if response.status_code == 401 and "WWW-Authenticate" in response.headers:
            self.challenge, self.count = response["WWW-Authenticate"], 0
            response = self._send(method, path, content, language, headers)
        return response

    def _send(self, method: str, path: str, content: bytes, language: str, headers: dict[str, str]) -> Any:
        sent = {**HEADERS, "Accept-Language": language, **headers}
        if self.challenge:
            self.count += 1
            sent["Authorization"] = digest_header(
                self.challenge, method, path, self.user_name, self.secret, nc=self.count
            )
        # A body sent in chunks comes without its length: the server hands over a stream that ends.
        chunked = {"CONTENT_LENGTH": "", "wsgi.input": BytesIO(content)} if "Transfer-Encoding" in headers else {}
        kind = f"multipart/form-data; boundary={EDGE}"
        return self.client.generic(method, path, content, content_type=kind, headers=sent, **chunked)

    def forms(self, query: str = "") -> list[dict[str, str]]:
        response = self.call("GET", f"/openrosa/formList{query}")
        assert response.status_code == 200
        assert response["Content-Type"] == "text/xml; charset=utf-8"
        root = etree.fromstring(response.content)
        assert root.tag == f"{LIST}xforms"
        return [{child.tag.removeprefix(LIST): child.text for child in one} for one in root]

    def submit(
        self, xml: bytes, files: Mapping[str, bytes] | None = None, *, more: bool = False, **headers: str
    ) -> tuple[int, str]:
        """HEAD, then POST. What the server said: the status and the message."""
        assert self.call("HEAD", "/openrosa/submission").status_code == 204
        fields = {"*isIncomplete*": "yes"} if more else {}
        response = self.call("POST", "/openrosa/submission", content=encoded(xml, files or {}, fields), **headers)
        return response.status_code, message(response)


def message(response: Any) -> str:
    root = etree.fromstring(response.content)
    assert root.tag == f"{RESPONSE}OpenRosaResponse"
    text: str = root.find(f"{RESPONSE}message").text
    return text


def filled(holder: Return | Part, answers: Mapping[str, str], instance: str = "uuid:1", **given: str) -> bytes:
    """A finished form."""
    values = {"form_id": holder.reference, "version": version_of(holder.edition), **given}
    return wire.to_xml(holder.edition.form, answers, instance_id=instance, **values)
