"""A passkey in software: what a browser and a key make of the desk's questions (WebAuthn, level 2)."""

import json
import secrets
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

PRESENT, VERIFIED, NEW = 0x01, 0x04, 0x40


class SoftKey:
    """One passkey; ``verifies`` is False for a key that asks neither for a finger nor for a PIN."""

    def __init__(self, origin: str, *, verifies: bool = True) -> None:
        self.origin = origin
        self.flags = PRESENT | (VERIFIED if verifies else 0)
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.user = ""

    def create(self, question: dict[str, Any]) -> str:
        """Answer the question for a new passkey."""
        asked = question["publicKey"]
        self.user = asked["user"]["id"]
        public = ES256.from_cryptography_key(self.private.public_key())
        made = AttestedCredentialData.create(b"\0" * 16, self.id, public)
        data = AuthenticatorData.create(sha256(asked["rp"]["id"].encode()), self.flags | NEW, 0, made)
        return self._answer(
            clientDataJSON=self._client("webauthn.create", asked["challenge"]),
            attestationObject=AttestationObject.create("none", data, {}),
        )

    def get(self, question: dict[str, Any], **instead: str) -> str:
        """Answer the question for a passkey that is there; ``instead`` replaces parts of the answer."""
        asked = question["publicKey"]
        data = AuthenticatorData.create(sha256(asked["rpId"].encode()), self.flags, 1)
        client = self._client("webauthn.get", asked["challenge"])
        signature = self.private.sign(data + sha256(client), ec.ECDSA(hashes.SHA256()))
        parts = {"authenticatorData": data, "clientDataJSON": client, "signature": signature}
        return self._answer(**{**parts, "userHandle": self.user, **instead})

    def _client(self, kind: str, challenge: str) -> CollectedClientData:
        return CollectedClientData.create(kind, challenge, self.origin)

    def _answer(self, **response: bytes | str) -> str:
        encoded = {
            name: websafe_encode(value) if isinstance(value, bytes) else value for name, value in response.items()
        }
        identity = websafe_encode(self.id)
        answer = {"id": identity, "rawId": identity, "type": "public-key", "response": encoded}
        return json.dumps({**answer, "clientExtensionResults": {"credProps": {"rk": True}}})
