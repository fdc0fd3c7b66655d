"""Certificates for tests, made as Python asks for them by default (3.13: all of RFC 5280, with key usages)."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_SIGNS = {"key_cert_sign": True, "crl_sign": True}
_PROVES = {"digital_signature": True}
_USAGES = """
    digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign
    encipher_only decipher_only
""".split()  # noqa: SIM905
_NO_USAGE = dict.fromkeys(_USAGES, False)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _general(name: str) -> x509.GeneralName:
    """``name`` as certificates hold it: an address or the name of a host."""
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


@dataclass(frozen=True)
class Authority:
    """An authority of our own, and what it signs. Its files lie in ``folder``."""

    folder: Path
    _key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def file(self) -> Path:
        """Its certificate, for those who are to trust it."""
        file = self.folder / "authority.pem"
        if not file.exists():
            file.write_bytes(self._certificate("Tests", self._key).public_bytes(Encoding.PEM))
        return file

    @property
    def trust(self) -> ssl.SSLContext:
        """The side of a client that trusts it, as strictly as Python does by default since 3.13."""
        context = ssl.create_default_context(cafile=str(self.file))
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        return context

    def server(self, *names: str, days: int = 2) -> ssl.SSLContext:
        """The side of a server with a certificate for ``names`` (127.0.0.1 if none are given) that runs out in
        ``days``.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        return self._side(self._certificate("server", key, names or ("127.0.0.1",), days), key)

    def self_signed(self, *names: str) -> ssl.SSLContext:
        """The side of a server that vouches for itself."""
        stranger = Authority(self.folder)
        return self._side(stranger._certificate("Tests", stranger._key, names or ("127.0.0.1",)), stranger._key)

    def _certificate(
        self, subject: str, key: ec.EllipticCurvePrivateKey, names: tuple[str, ...] = (), days: int = 2
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        ours = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        usage = _NO_USAGE | (_PROVES if names else _SIGNS)
        made = (
            x509.CertificateBuilder()
            .subject_name(_named(subject))
            .issuer_name(_named("Tests"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=30))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=not names, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(**usage), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(ours), critical=False)
        )
        if names:
            made = made.add_extension(x509.SubjectAlternativeName(map(_general, names)), critical=False)
            made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        return made.sign(self._key, hashes.SHA256())

    def _side(self, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> ssl.SSLContext:
        file = self.folder / f"{certificate.serial_number}.pem"
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file.write_bytes(private + certificate.public_bytes(Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context
