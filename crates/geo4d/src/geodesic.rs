//! Geodesics of WGS 84: the inverse and the direct problem.
//!
//! Vincenty's series (Survey Review XXIII 176, 1975), good to half a millimetre at any distance. Where his
//! iteration does not settle, between nearly opposite points, the azimuth is found by halving, as Karney does
//! (Journal of Geodesy 87, 2013, section 4): the longitude reached grows with the azimuth.

use std::f64::consts::PI;

use crate::ellipsoid::{A_M, B_M, F, radians};
use crate::limits::MAX_ROUNDS;
use crate::units::Position;

/// A geodesic from one position to another.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Geodesic {
    /// Length, metres.
    pub(crate) length_m: f64,
    /// Azimuth at the start, radians clockwise from north.
    pub(crate) azimuth: f64,
}

/// Halvings that bring an azimuth below the resolution of an `f64`.
const HALVINGS: usize = 60;

/// Sine and cosine of a reduced latitude.
#[derive(Copy, Clone)]
struct Reduced {
    sin: f64,
    cos: f64,
}

/// What the series need to know about an arc of the auxiliary sphere.
#[derive(Copy, Clone)]
struct Arc {
    sigma: f64,
    sin_sigma: f64,
    cos_sigma: f64,
    sin_alpha: f64,
    cos2_alpha: f64,
    cos_2sigma_m: f64,
}

/// The shortest way between two positions.
pub(crate) fn inverse(from: Position, to: Position) -> Geodesic {
    let (u1, u2) = (Reduced::of(from), Reduced::of(to));
    let lon = wrap(radians(to.lon_nd.wrapping_sub(from.lon_nd)));
    vincenty_inverse(u1, u2, lon).unwrap_or_else(|| halving_inverse(u1, u2, lon))
}

/// The position reached from `from` after `length_m` metres on the geodesic that starts at `azimuth`.
pub(crate) fn direct(from: Position, azimuth: f64, length_m: f64) -> Position {
    let u1 = Reduced::of(from);
    let (sin_az, cos_az) = libm::sincos(azimuth);
    let sigma1 = libm::atan2(u1.sin, u1.cos * cos_az);
    let sin_alpha = u1.cos * sin_az;
    let cos2_alpha = 1.0 - sin_alpha * sin_alpha;
    let arc = direct_arc(length_m, sigma1, sin_alpha, cos2_alpha);
    let (s, c) = (arc.sin_sigma, arc.cos_sigma);
    let across = u1.sin * s - u1.cos * c * cos_az;
    let height = u1.sin * c + u1.cos * s * cos_az;
    let lat = libm::atan2(
        height,
        (1.0 - F) * (sin_alpha * sin_alpha + across * across).sqrt(),
    );
    let lambda = libm::atan2(s * sin_az, u1.cos * c - u1.sin * s * cos_az);
    let lon = wrap(radians(from.lon_nd) + lambda - arc.longitude_excess());
    Position {
        lat_nd: crate::ellipsoid::nanodegrees(lat),
        lon_nd: crate::ellipsoid::nanodegrees(lon),
    }
    .canonical()
}

impl Reduced {
    fn of(at: Position) -> Reduced {
        let (sin, cos) = libm::sincos(radians(at.lat_nd));
        let (sin, cos) = (sin * (1.0 - F), cos.max(0.0));
        let norm = (sin * sin + cos * cos).sqrt();
        Reduced {
            sin: sin / norm,
            cos: cos / norm,
        }
    }
}

impl Arc {
    /// Vincenty's A and B for the length, from u² = cos²α e'².
    fn series(&self) -> (f64, f64) {
        let u2 = self.cos2_alpha * (A_M * A_M - B_M * B_M) / (B_M * B_M);
        let a = 1.0 + u2 / 16_384.0 * (4096.0 + u2 * (-768.0 + u2 * (320.0 - 175.0 * u2)));
        let b = u2 / 1024.0 * (256.0 + u2 * (-128.0 + u2 * (74.0 - 47.0 * u2)));
        (a, b)
    }

    fn delta_sigma(&self, b: f64) -> f64 {
        let c = self.cos_2sigma_m;
        let s = self.sin_sigma;
        let inner =
            self.cos_sigma * (2.0 * c * c - 1.0) - b / 6.0 * c * (4.0 * s * s - 3.0) * (4.0 * c * c - 3.0);
        b * s * (c + b / 4.0 * inner)
    }

    fn length_m(&self) -> f64 {
        let (a, b) = self.series();
        B_M * a * (self.sigma - self.delta_sigma(b))
    }

    /// How much longer the arc is in longitude on the auxiliary sphere than on the ellipsoid.
    fn longitude_excess(&self) -> f64 {
        let c = F / 16.0 * self.cos2_alpha * (4.0 + F * (4.0 - 3.0 * self.cos2_alpha));
        let m = self.cos_2sigma_m;
        let inner = m + c * self.cos_sigma * (2.0 * m * m - 1.0);
        (1.0 - c) * F * self.sin_alpha * (self.sigma + c * self.sin_sigma * inner)
    }
}

fn direct_arc(length_m: f64, sigma1: f64, sin_alpha: f64, cos2_alpha: f64) -> Arc {
    let mut arc = Arc {
        sigma: 0.0,
        sin_sigma: 0.0,
        cos_sigma: 1.0,
        sin_alpha,
        cos2_alpha,
        cos_2sigma_m: 1.0,
    };
    let (a, b) = arc.series();
    let first = length_m / (B_M * a);
    arc.sigma = first;
    for _ in 0..MAX_ROUNDS {
        arc.cos_2sigma_m = libm::cos(2.0 * sigma1 + arc.sigma);
        (arc.sin_sigma, arc.cos_sigma) = libm::sincos(arc.sigma);
        let next = first + arc.delta_sigma(b);
        let settled = (next - arc.sigma).abs() < 1e-14;
        arc.sigma = next;
        if settled {
            break;
        }
    }
    arc
}

/// `None` when the iteration does not settle.
fn vincenty_inverse(u1: Reduced, u2: Reduced, lon: f64) -> Option<Geodesic> {
    let mut lambda = lon;
    for _ in 0..MAX_ROUNDS {
        let (sin_l, cos_l) = libm::sincos(lambda);
        let (east, north) = (u2.cos * sin_l, u1.cos * u2.sin - u1.sin * u2.cos * cos_l);
        let sin_sigma = (east * east + north * north).sqrt();
        let cos_sigma = u1.sin * u2.sin + u1.cos * u2.cos * cos_l;
        if sin_sigma == 0.0 {
            return (cos_sigma > 0.0).then_some(Geodesic {
                length_m: 0.0,
                azimuth: 0.0,
            });
        }
        let sin_alpha = u1.cos * east / sin_sigma;
        let cos2_alpha = 1.0 - sin_alpha * sin_alpha;
        let cos_2sigma_m = if cos2_alpha > 1e-24 {
            cos_sigma - 2.0 * u1.sin * u2.sin / cos2_alpha
        } else {
            0.0
        };
        let sigma = libm::atan2(sin_sigma, cos_sigma);
        let arc = Arc {
            sigma,
            sin_sigma,
            cos_sigma,
            sin_alpha,
            cos2_alpha,
            cos_2sigma_m,
        };
        let next = lon + arc.longitude_excess();
        if next.abs() > PI {
            return None;
        }
        if (next - lambda).abs() < 1e-14 {
            return Some(Geodesic {
                length_m: arc.length_m(),
                azimuth: libm::atan2(east, north),
            });
        }
        lambda = next;
    }
    None
}

/// Nearly opposite points: mirror them into Karney's canonical order, find the azimuth by halving, mirror back.
fn halving_inverse(u1: Reduced, u2: Reduced, lon: f64) -> Geodesic {
    let swap = u1.sin.abs() < u2.sin.abs();
    let (mut p, mut q) = if swap { (u2, u1) } else { (u1, u2) };
    let flip = p.sin > 0.0;
    if flip {
        (p.sin, q.sin) = (-p.sin, -q.sin);
    }
    p.sin = p.sin.min(-1e-100);
    let (mut low, mut high) = (0.0, PI);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        let (_, reached) = reach(p, q, middle);
        if reached < lon.abs() {
            low = middle
        } else {
            high = middle
        }
    }
    let alpha = 0.5 * (low + high);
    let (arc, _) = reach(p, q, alpha);
    Geodesic {
        length_m: arc.length_m(),
        azimuth: mirrored_azimuth(p, q, alpha, swap, flip, lon < 0.0),
    }
}

/// Undoes the mirroring of [`halving_inverse`] for the azimuth at the original start.
fn mirrored_azimuth(p: Reduced, q: Reduced, alpha: f64, swap: bool, flip: bool, west: bool) -> f64 {
    let (sin1, cos1) = libm::sincos(alpha);
    let (sin, cos) = if swap {
        (sin1 * p.cos / q.cos.max(1e-100), -far_cosine(p, q, cos1))
    } else {
        (sin1, cos1)
    };
    libm::atan2(if west { -sin } else { sin }, if flip { -cos } else { cos })
}

/// Cosine of the azimuth on arrival at the latitude of `q`, heading north.
fn far_cosine(p: Reduced, q: Reduced, cos_alpha: f64) -> f64 {
    let under = cos_alpha * cos_alpha * p.cos * p.cos + (q.cos * q.cos - p.cos * p.cos);
    under.max(0.0).sqrt() / q.cos.max(1e-100)
}

/// The arc that leaves `p` at azimuth `alpha` until it reaches the latitude of `q`, and the longitude it covers.
fn reach(p: Reduced, q: Reduced, alpha: f64) -> (Arc, f64) {
    let (sin_a, cos_a) = libm::sincos(alpha);
    let sin_alpha = sin_a * p.cos;
    let cos2_alpha = 1.0 - sin_alpha * sin_alpha;
    let (along1, along2) = (cos_a * p.cos, far_cosine(p, q, cos_a) * q.cos);
    let sigma1 = libm::atan2(p.sin, along1);
    let sigma2 = libm::atan2(q.sin, along2);
    let omega1 = libm::atan2(sin_alpha * p.sin, along1);
    let omega2 = libm::atan2(sin_alpha * q.sin, along2);
    let sigma = sigma2 - sigma1;
    let (sin_sigma, cos_sigma) = libm::sincos(sigma);
    let cos_2sigma_m = libm::cos(sigma1 + sigma2);
    let arc = Arc {
        sigma,
        sin_sigma,
        cos_sigma,
        sin_alpha,
        cos2_alpha,
        cos_2sigma_m,
    };
    (arc, omega2 - omega1 - arc.longitude_excess())
}

fn wrap(mut lon: f64) -> f64 {
    lon = libm::fmod(lon, 2.0 * PI);
    if lon > PI {
        lon - 2.0 * PI
    } else if lon < -PI {
        lon + 2.0 * PI
    } else {
        lon
    }
}
