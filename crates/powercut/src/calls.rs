//! The C functions that stand in for the system's, and the only unsafe code: each asks [`crate::state`] and then
//! makes the system call its namesake makes.
//!
//! They are found before the system's because the program itself defines them. That holds for all code linked into
//! it, C and Rust; calls the system library makes inside itself pass by, and none of those matter here.
//!
//! What makes each function sound: it has the signature and the contract of its namesake, so pointers and lengths
//! are valid because the caller owes them to that one; and it does with them nothing but read them for the length
//! of the call and hand them on.

#![allow(
    unsafe_code,
    reason = "the place of a C function can only be taken by an unsafe one"
)]

use crate::state::{self, Answer};
use libc::{c_char, c_int, c_long, c_void, off64_t, size_t, ssize_t};
use std::ffi::{CStr, OsStr};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Refers to every function here, so that the linker takes them all or none.
pub(crate) fn in_place() -> usize {
    let all: [*const c_void; 11] = [
        write as *const c_void,
        pwrite as *const c_void,
        pwrite64 as *const c_void,
        read as *const c_void,
        pread64 as *const c_void,
        fsync as *const c_void,
        fdatasync as *const c_void,
        ftruncate as *const c_void,
        ftruncate64 as *const c_void,
        unlink as *const c_void,
        rename as *const c_void,
    ];
    std::hint::black_box(all).len()
}

/// Sets `errno`, and gives what a failed call returns.
fn fail(errno: c_int) -> c_int {
    // SAFETY: the pointer is to this thread's own `errno`.
    unsafe { *libc::__errno_location() = errno };
    -1
}

unsafe fn bytes<'a>(data: *const c_void, length: size_t) -> &'a [u8] {
    if data.is_null() || length == 0 {
        return &[];
    }
    // SAFETY: the caller of the write owes `length` readable bytes at `data` for the time of the call.
    unsafe { std::slice::from_raw_parts(data.cast(), length) }
}

unsafe fn path<'a>(name: *const c_char) -> &'a Path {
    // SAFETY: the caller owes a string that ends in a zero byte and lives for the time of the call.
    Path::new(OsStr::from_bytes(unsafe { CStr::from_ptr(name) }.to_bytes()))
}

/// How much of `length` the answer lets pass, or what to return at once.
fn allowed(answer: Answer, length: size_t) -> Result<size_t, ssize_t> {
    match answer {
        Answer::Go => Ok(length),
        Answer::Only(part) => Ok(part),
        Answer::Fail(errno) => Err(fail(errno) as ssize_t),
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn write(fd: c_int, data: *const c_void, length: size_t) -> ssize_t {
    let mut answer = Answer::Go;
    if state::watches() {
        // SAFETY: takes a number and gives one; a wrong one is an error it returns.
        let at = unsafe { libc::lseek64(fd, 0, libc::SEEK_CUR) };
        if let Ok(at) = u64::try_from(at) {
            answer = state::write(fd, at, unsafe { bytes(data, length) });
        }
    }
    match allowed(answer, length) {
        // SAFETY: as the module says.
        Ok(length) => unsafe { libc::syscall(libc::SYS_write, fd, data, length) as ssize_t },
        Err(result) => result,
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn pwrite64(fd: c_int, data: *const c_void, length: size_t, at: off64_t) -> ssize_t {
    let answer = match u64::try_from(at) {
        Ok(at) if state::watches() => state::write(fd, at, unsafe { bytes(data, length) }),
        _ => Answer::Go,
    };
    match allowed(answer, length) {
        // SAFETY: as the module says.
        Ok(length) => unsafe { libc::syscall(libc::SYS_pwrite64, fd, data, length, at) as ssize_t },
        Err(result) => result,
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn pwrite(fd: c_int, data: *const c_void, length: size_t, at: off64_t) -> ssize_t {
    unsafe { pwrite64(fd, data, length, at) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn read(fd: c_int, into: *mut c_void, length: size_t) -> ssize_t {
    match allowed(state::read(fd), length) {
        // SAFETY: as the module says.
        Ok(length) => unsafe { libc::syscall(libc::SYS_read, fd, into, length) as ssize_t },
        Err(result) => result,
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn pread64(fd: c_int, into: *mut c_void, length: size_t, at: off64_t) -> ssize_t {
    match allowed(state::read(fd), length) {
        // SAFETY: as the module says.
        Ok(length) => unsafe { libc::syscall(libc::SYS_pread64, fd, into, length, at) as ssize_t },
        Err(result) => result,
    }
}

/// Makes a system call of at most two numbers, unless the answer is that it fails.
fn plain(answer: Answer, call: c_long, fd: c_int, value: off64_t) -> c_int {
    match answer {
        Answer::Fail(errno) => fail(errno),
        // SAFETY: the calls passed here take numbers and give one.
        _ => unsafe { libc::syscall(call, fd, value) as c_int },
    }
}

#[unsafe(no_mangle)]
extern "C" fn fsync(fd: c_int) -> c_int {
    plain(state::sync(fd), libc::SYS_fsync, fd, 0)
}

#[unsafe(no_mangle)]
extern "C" fn fdatasync(fd: c_int) -> c_int {
    plain(state::sync(fd), libc::SYS_fdatasync, fd, 0)
}

#[unsafe(no_mangle)]
extern "C" fn ftruncate64(fd: c_int, length: off64_t) -> c_int {
    let answer = u64::try_from(length).map_or(Answer::Go, |length| state::resize(fd, length));
    plain(answer, libc::SYS_ftruncate, fd, length)
}

#[unsafe(no_mangle)]
extern "C" fn ftruncate(fd: c_int, length: off64_t) -> c_int {
    ftruncate64(fd, length)
}

#[unsafe(no_mangle)]
unsafe extern "C" fn unlink(name: *const c_char) -> c_int {
    // SAFETY: as the module says.
    match state::unlink(unsafe { path(name) }) {
        Answer::Fail(errno) => fail(errno),
        _ => unsafe { libc::syscall(libc::SYS_unlinkat, libc::AT_FDCWD, name, 0) as c_int },
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn rename(from: *const c_char, to: *const c_char) -> c_int {
    // SAFETY: as the module says.
    match state::rename(unsafe { path(from) }, unsafe { path(to) }) {
        Answer::Fail(errno) => fail(errno),
        _ => unsafe {
            libc::syscall(libc::SYS_renameat2, libc::AT_FDCWD, from, libc::AT_FDCWD, to, 0) as c_int
        },
    }
}
