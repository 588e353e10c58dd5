"""Certificates for servers of the tests, by an authority that nobody else trusts."""

import ssl
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from groundswell.kit.clock import now


@dataclass(frozen=True)
class Certificate:
    """Of a server that is called so; ``authority`` is the file by which it can be trusted."""

    file: Path
    key: Path
    authority: Path

    def server(self) -> ssl.SSLContext:
        """For the server that shows it."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.file, self.key)
        return context

    def client(self) -> ssl.SSLContext:
        """For whoever trusts its authority, and no other."""
        return ssl.create_default_context(cafile=str(self.authority))


def certificate(folder: Path, address: str = "127.0.0.1") -> Certificate:
    """Make an authority, and by it a certificate for a server of that address."""
    theirs, ours = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _begun("authority", "authority", theirs, theirs.public_key())
    authority = authority.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    authority = authority.add_extension(MAY_SIGN, critical=True)
    server = _begun("server", "authority", theirs, ours.public_key())
    server = server.add_extension(
        x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(address))]), critical=False
    )
    made = Certificate(folder / "server.pem", folder / "server.key", folder / "authority.pem")
    for path, one in ((made.file, server), (made.authority, authority)):
        path.write_bytes(one.sign(theirs, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        ours.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return made


MAY_SIGN = x509.KeyUsage(
    key_cert_sign=True,
    crl_sign=True,
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    encipher_only=False,
    decipher_only=False,
)


def _begun(
    name: str, by: str, signer: ec.EllipticCurvePrivateKey, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(by))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - timedelta(hours=1))
        .not_valid_after(now() + timedelta(hours=1))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Groundswell's tests, {name}")])
