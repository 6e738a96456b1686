"""Methods that send pictures, files and albums, and give files back."""

from __future__ import annotations

from typing import Any

from sandbox import content
from sandbox.api import Call, Json, Upload, bad_request, method
from sandbox.content import Media
from sandbox.messages import own_message, replace
from sandbox.outgoing import caption_of, deliver, open_room

NAMES = {
    "photo": "Photo",
    "document": "Document",
    "voice": "VoiceNote",
    "video": "Video",
    "video_note": "VideoNote",
    "audio": "Audio",
    "animation": "Animation",
    "sticker": "Sticker",
}
MIME = {"photo": "image/jpeg", "voice": "audio/ogg", "video": "video/mp4", "video_note": "video/mp4"}
MIME |= {"audio": "audio/mpeg", "animation": "video/mp4", "sticker": "image/webp"}
FACTS = ("duration", "width", "height", "performer", "title", "emoji")


def _uploaded(call: Call, kind: str, value: Any) -> Json:
    """The medium that a parameter names: an upload, attach://, an address, or the file_id of a known file."""
    if isinstance(value, str) and value.startswith("attach://"):
        value = call.params.get(value.removeprefix("attach://"))
        if not isinstance(value, Upload):
            raise bad_request("file not found in the request")
    if isinstance(value, Upload):
        if not value.data:
            raise bad_request("file must be non-empty")
        mime = value.mime if kind == "document" else MIME[kind]
        return content.media(call.world.files, Media(kind, value.data, value.filename, mime))
    if not isinstance(value, str) or not value:
        raise bad_request(f"there is no {kind.replace('_', ' ')} in the request")
    if value.startswith(("http://", "https://")):
        # The sandbox fetches nothing: the file is there, and empty.
        return content.media(call.world.files, Media(kind, b"", value.rpartition("/")[2], MIME.get(kind, "")))
    return _known(call, kind, value)


def _known(call: Call, kind: str, file_id: str) -> Json:
    stored = call.world.files.by_id.get(file_id)
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if stored.kind != kind:
        raise bad_request(f"can't use file of type {NAMES[stored.kind]} as {NAMES[kind]}")
    return content.media(call.world.files, Media(kind, stored.data, stored.name, stored.mime))


def _medium(call: Call, kind: str, source: Json | None = None) -> Json:
    """The medium with what the call says of it."""
    given = call.params if source is None else source
    what = _uploaded(call, kind, given.get("media" if source is not None else kind))
    if kind != "photo":
        facts = {key: given[key] for key in FACTS if key in given and key in ALLOWED[kind]}
        for key in ("duration", "width", "height"):
            if key in facts:
                facts[key] = int(facts[key])
        what[kind] |= facts
    if kind in ("photo", "video", "animation") and str(given.get("has_spoiler")).lower() == "true":
        what["has_media_spoiler"] = True
    return what


ALLOWED: dict[str, tuple[str, ...]] = {
    "document": (),
    "voice": ("duration",),
    "video": ("duration", "width", "height"),
    "video_note": ("duration",),
    "audio": ("duration", "performer", "title"),
    "animation": ("duration", "width", "height"),
    "sticker": ("emoji",),
}


def _send(call: Call, kind: str) -> Json:
    said = {} if kind in ("sticker", "video_note") else caption_of(call)
    if kind not in call.params:
        raise bad_request(f"there is no {kind.replace('_', ' ')} in the request")
    chat = open_room(call)
    return deliver(call, _medium(call, kind) | said, chat)


@method
def send_photo(call: Call) -> Json:
    """A picture."""
    return _send(call, "photo")


@method
def send_document(call: Call) -> Json:
    """A file."""
    return _send(call, "document")


@method
def send_voice(call: Call) -> Json:
    """A voice message."""
    return _send(call, "voice")


@method
def send_video(call: Call) -> Json:
    """A film."""
    return _send(call, "video")


@method
def send_video_note(call: Call) -> Json:
    """A round film."""
    return _send(call, "video_note")


@method
def send_audio(call: Call) -> Json:
    """Music."""
    return _send(call, "audio")


@method
def send_animation(call: Call) -> Json:
    """A film without sound."""
    return _send(call, "animation")


@method
def send_sticker(call: Call) -> Json:
    """A sticker."""
    return _send(call, "sticker")


def _part(call: Call, item: Json) -> Json:
    """A member of an album, with its caption."""
    return _medium(call, item["type"], item) | caption_of(call, item)


@method
def send_media_group(call: Call) -> list[Json]:
    """An album: 2 to 10 of a kind, one message each."""
    items = call.parsed("media")
    if not isinstance(items, list):
        raise bad_request("can't parse media JSON object")
    if not 2 <= len(items) <= 10:
        raise bad_request("album must include 2-10 items" if items else "there are no messages to send")
    kinds = {item.get("type") for item in items}
    if not kinds <= {"photo", "video"} and not (len(kinds) == 1 and kinds <= {"audio", "document"}):
        raise bad_request(f"{min(map(str, kinds))} can't be mixed with other media types")
    chat = open_room(call)
    group = {"media_group_id": call.world.new_album()}
    parts = [_part(call, item) for item in items]
    return [deliver(call, part, chat, group) for part in parts]


@method
def edit_message_media(call: Call) -> Json:
    """Another picture or file in a message."""
    item = call.parsed("media")
    if not isinstance(item, dict) or item.get("type") not in NAMES:
        raise bad_request("can't parse InputMedia JSON object")
    chat, old = own_message(call)
    return replace(
        call, chat, old, (*content.KINDS, "caption", "caption_entities", "text", "entities"), _part(call, item)
    )


@method
def get_file(call: Call) -> Json:
    """Where a file can be fetched."""
    stored = call.world.files.by_id.get(call.text("file_id"))
    if stored is None:
        raise bad_request("invalid file_id")
    if len(stored.data) > 20 * 1024 * 1024:
        raise bad_request("file is too big")
    return dict(stored.view())


@method
def get_user_profile_photos(call: Call) -> Json:
    """Nobody has any."""
    return {"total_count": 0, "photos": []}
