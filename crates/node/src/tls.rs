//! TLS of the lines: version 1.3 only, one key at each end, pinned by the SHA-256 of its
//! SubjectPublicKeyInfo; no names, no authorities, no resumption, no early data.
//!
//! A certificate here is only an envelope for a key, made anew from the key at each start.

use crate::failed::Failed;
use rcgen::{CertificateParams, KeyPair, PublicKeyData};
use rustls::client::Resumption;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, aws_lc_rs, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{NoServerSessionStorage, ParsedCertificate};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, DistinguishedName, Error, PeerIncompatible,
    ServerConfig, SignatureScheme,
};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// The protocol of a line, as negotiated.
pub const ALPN: &[u8] = b"detente/1";

/// The name in certificates and handshakes; it names nobody.
pub const NAME: &str = "detente.invalid";

/// A node's TLS key.
pub struct Identity {
    certificate: CertificateDer<'static>,
    key: PrivatePkcs8KeyDer<'static>,
    pin: String,
}

impl Identity {
    /// A new key, as PEM.
    pub fn generate() -> Result<String, Failed> {
        let key = KeyPair::generate_for(&rcgen::PKCS_ED25519).map_err(|why| unusable(&why))?;
        Ok(key.serialize_pem())
    }

    /// Reads a key and makes the certificate around it.
    pub fn from_pem(pem: &str) -> Result<Self, Failed> {
        let key = KeyPair::from_pem(pem).map_err(|why| unusable(&why))?;
        let params = CertificateParams::new(vec![NAME.to_owned()]).map_err(|why| unusable(&why))?;
        let certificate = params.self_signed(&key).map_err(|why| unusable(&why))?;
        Ok(Identity {
            certificate: certificate.der().clone(),
            key: PrivatePkcs8KeyDer::from(key.serialize_der()),
            pin: hex::encode(Sha256::digest(key.subject_public_key_info())),
        })
    }

    /// SHA-256 of the SubjectPublicKeyInfo, hexadecimal.
    pub fn pin(&self) -> &str {
        &self.pin
    }

    /// For the listening end. Any key is let in here; what it may say is decided by its pin.
    pub fn server(&self) -> Result<Arc<ServerConfig>, Failed> {
        let provider = provider();
        let verifier = Arc::new(Pinned {
            pin: None,
            algorithms: provider.signature_verification_algorithms,
        });
        let builder = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(|why| unusable(&why))?;
        let mut config = builder
            .with_client_cert_verifier(verifier)
            .with_single_cert(vec![self.certificate.clone()], self.private())
            .map_err(|why| unusable(&why))?;
        config.alpn_protocols = vec![ALPN.to_vec()];
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        config.max_early_data_size = 0;
        Ok(Arc::new(config))
    }

    /// For the dialling end: only the key with `pin` is spoken to.
    pub fn client(&self, pin: &str) -> Result<Arc<ClientConfig>, Failed> {
        let provider = provider();
        let verifier = Pinned {
            pin: Some(pin.to_owned()),
            algorithms: provider.signature_verification_algorithms,
        };
        let builder = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(|why| unusable(&why))?;
        let mut config = builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_client_auth_cert(vec![self.certificate.clone()], self.private())
            .map_err(|why| unusable(&why))?;
        config.alpn_protocols = vec![ALPN.to_vec()];
        config.resumption = Resumption::disabled();
        config.enable_early_data = false;
        config.enable_sni = false;
        Ok(Arc::new(config))
    }

    fn private(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::Pkcs8(self.key.clone_key())
    }
}

/// The pin of the key that the other end has proved to hold, once the handshake is done.
pub fn peer_pin(certificates: Option<&[CertificateDer<'_>]>) -> Option<String> {
    pin_of(certificates?.first()?).ok()
}

fn pin_of(certificate: &CertificateDer<'_>) -> Result<String, Error> {
    let parsed = ParsedCertificate::try_from(certificate)?;
    Ok(hex::encode(Sha256::digest(parsed.subject_public_key_info())))
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

fn unusable(why: &dyn std::fmt::Display) -> Failed {
    Failed::internal(format_args!(
        "the TLS key of this node cannot be used: {why}. Put keys/tls.key.pem back from a backup."
    ))
}

/// Lets a key in by its pin, or any key where there is none; always demands proof that the
/// other end holds it.
#[derive(Debug)]
struct Pinned {
    pin: Option<String>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Pinned {
    fn check(&self, certificate: &CertificateDer<'_>) -> Result<(), Error> {
        let found = pin_of(certificate)?;
        match &self.pin {
            Some(pin) if *pin != found => Err(Error::InvalidCertificate(
                CertificateError::ApplicationVerificationFailure,
            )),
            _ => Ok(()),
        }
    }
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.check(end_entity).map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::PeerIncompatible(
            PeerIncompatible::Tls12NotOfferedOrEnabled,
        ))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

impl ClientCertVerifier for Pinned {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.check(end_entity).map(|()| ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::PeerIncompatible(
            PeerIncompatible::Tls12NotOfferedOrEnabled,
        ))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::pki_types::ServerName;
    use rustls::{ClientConnection, ServerConnection};

    fn identity() -> Identity {
        Identity::from_pem(&Identity::generate().unwrap()).unwrap()
    }

    /// Runs a handshake in memory and says what each end knows of the other's key.
    fn handshake(client: &Identity, server: &Identity, pin: &str) -> Result<(String, String), Error> {
        let name = ServerName::try_from(NAME).unwrap();
        let mut dialer = ClientConnection::new(client.client(pin).unwrap(), name).unwrap();
        let mut listener = ServerConnection::new(server.server().unwrap()).unwrap();
        while dialer.is_handshaking() || listener.is_handshaking() {
            let mut bytes = Vec::new();
            dialer.write_tls(&mut bytes).unwrap();
            listener.read_tls(&mut bytes.as_slice()).unwrap();
            listener.process_new_packets()?;
            let mut bytes = Vec::new();
            listener.write_tls(&mut bytes).unwrap();
            dialer.read_tls(&mut bytes.as_slice()).unwrap();
            dialer.process_new_packets()?;
        }
        assert_eq!(dialer.alpn_protocol(), Some(ALPN));
        let pins = (
            peer_pin(dialer.peer_certificates()),
            peer_pin(listener.peer_certificates()),
        );
        Ok((pins.0.unwrap(), pins.1.unwrap()))
    }

    #[test]
    fn both_ends_know_the_other_by_its_key() {
        let (a, b) = (identity(), identity());
        let pins = handshake(&a, &b, b.pin()).unwrap();
        assert_eq!(pins, (b.pin().to_owned(), a.pin().to_owned()));
    }

    #[test]
    fn a_listener_with_another_key_is_not_spoken_to() {
        let (a, b, c) = (identity(), identity(), identity());
        assert!(handshake(&a, &b, c.pin()).is_err());
    }

    #[test]
    fn a_key_keeps_its_pin_over_restarts() {
        let pem = Identity::generate().unwrap();
        assert_eq!(
            Identity::from_pem(&pem).unwrap().pin(),
            Identity::from_pem(&pem).unwrap().pin()
        );
    }
}
