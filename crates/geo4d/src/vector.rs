//! Vectors in space, metres, Earth-centred and Earth-fixed.

use std::ops::{Add, Mul, Sub};

/// A point or a direction.
#[derive(Copy, Clone, Debug, Default, PartialEq)]
pub(crate) struct V3 {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) z: f64,
}

impl V3 {
    pub(crate) const fn new(x: f64, y: f64, z: f64) -> V3 {
        V3 { x, y, z }
    }

    pub(crate) fn dot(self, other: V3) -> f64 {
        self.x * other.x + self.y * other.y + self.z * other.z
    }

    pub(crate) fn cross(self, other: V3) -> V3 {
        V3 {
            x: self.y * other.z - self.z * other.y,
            y: self.z * other.x - self.x * other.z,
            z: self.x * other.y - self.y * other.x,
        }
    }

    pub(crate) fn norm(self) -> f64 {
        self.dot(self).sqrt()
    }

    /// The direction of this vector, or `None` when it is too short to have one.
    pub(crate) fn unit(self) -> Option<V3> {
        let norm = self.norm();
        (norm > 1e-12).then(|| self * (1.0 / norm))
    }

    /// Some direction at right angles to this one.
    pub(crate) fn perpendicular(self) -> V3 {
        let (x, y, z) = (self.x.abs(), self.y.abs(), self.z.abs());
        let axis = if x <= y && x <= z {
            V3::new(1.0, 0.0, 0.0)
        } else if y <= z {
            V3::new(0.0, 1.0, 0.0)
        } else {
            V3::new(0.0, 0.0, 1.0)
        };
        self.cross(axis)
            .unit()
            .expect("the axis least along a direction is never parallel to it")
    }
}

impl Add for V3 {
    type Output = V3;

    fn add(self, other: V3) -> V3 {
        V3::new(self.x + other.x, self.y + other.y, self.z + other.z)
    }
}

impl Sub for V3 {
    type Output = V3;

    fn sub(self, other: V3) -> V3 {
        V3::new(self.x - other.x, self.y - other.y, self.z - other.z)
    }
}

impl Mul<f64> for V3 {
    type Output = V3;

    fn mul(self, scale: f64) -> V3 {
        V3::new(self.x * scale, self.y * scale, self.z * scale)
    }
}
