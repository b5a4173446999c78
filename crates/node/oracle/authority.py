"""An authority: a key of its own and access tokens. As a program: writes `authority.pem` and `authority.pub` into a folder."""

import pathlib
import sys
import time

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

SC = "utm.strategic_coordination"
CMSA = "utm.conformance_monitoring_sa"
CP = "utm.constraint_processing"
CM = "utm.constraint_management"
AA = "utm.availability_arbitration"
UTM = [SC, CMSA, CP, CM, AA]
RID_READ = "dss.read.identification_service_areas"
RID_WRITE = "dss.write.identification_service_areas"
RID_DISPLAY = "rid.display_provider"
RID_SERVICE = "rid.service_provider"
POOL = "interuss.pool_status.read"
BEAT = "interuss.pool_status.heartbeat.write"
VERSIONS = "interuss.versioning.read_system_versions"
EVERY = [*UTM, RID_READ, RID_WRITE, RID_DISPLAY, RID_SERVICE, POOL, BEAT, VERSIONS]


class Authority:
    def __init__(self, key_file, audience):
        self.key = pathlib.Path(key_file).read_bytes()
        self.audience = audience

    def token(self, who, scopes=UTM, key=None, without=(), **more):
        """A token of a client; `more` takes the place of claims, `without` leaves some out."""
        now = int(time.time())
        claims = {
            "sub": who,
            "iss": "authority.example",
            "aud": self.audience,
            "exp": now + 3600,
            "iat": now,
            "nbf": now - 1,
            "scope": " ".join(scopes),
            **more,
        }
        claims = {name: value for name, value in claims.items() if name not in without}
        return jwt.encode(claims, key or self.key, algorithm="RS256")


def new_key():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private, public


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    private, public = new_key()
    (folder / "authority.pem").write_bytes(private)
    (folder / "authority.pub").write_bytes(public)
