# SPDX-License-Identifier: Apache-2.0
"""ctypes in both directions: callbacks that wait or run long, structures, variadic functions, many closures.

Runs natively as well, which is what says that it expects the right things.
"""

import ctypes
import errno
import gc
import sys
import time
from ctypes import (
    CFUNCTYPE, POINTER, PYFUNCTYPE, Structure, byref, c_char, c_char_p, c_double, c_float, c_int, c_int8, c_int16,
    c_int64, c_longdouble, c_size_t, c_ubyte, c_uint16, c_void_p, py_object)

libc = ctypes.CDLL(None)
compare_type = CFUNCTYPE(c_int, POINTER(c_int), POINTER(c_int))
libc.qsort.argtypes = [c_void_p, c_size_t, c_size_t, compare_type]
libc.qsort.restype = None


def burn(milliseconds):
    end = time.perf_counter() + milliseconds / 1000
    while time.perf_counter() < end:
        pass


def test_suspended_qsort():
    values = list(range(40, 0, -1))
    array = (c_int * len(values))(*values)
    calls = 0

    def compare(a, b):
        nonlocal calls
        calls += 1
        burn(2)
        return a[0] - b[0]

    start = time.perf_counter()
    libc.qsort(array, len(array), ctypes.sizeof(c_int), compare_type(compare))
    assert list(array) == sorted(values)
    assert calls * 2 > 50 and time.perf_counter() - start > 0.05


def test_sleep_in_callback():
    values = (c_int * 3)(3, 1, 2)

    def compare(a, b):
        time.sleep(0.01)
        return a[0] - b[0]

    libc.qsort(values, 3, 4, compare_type(compare))
    assert list(values) == [1, 2, 3]


def round_trip(kind, value):
    return CFUNCTYPE(kind, kind)(lambda x: x)(value)


def test_scalars():
    for kind, values in [
        (c_int8, [-128, 127, -1]), (c_ubyte, [0, 255]), (c_int16, [-32768, 32767]), (c_uint16, [65535]),
        (c_int, [-2**31, 2**31 - 1]), (c_int64, [-2**63, 2**63 - 1, 2**53 + 1]), (ctypes.c_uint64, [2**64 - 1]),
        (c_float, [0.5, -1.25]), (c_double, [0.1, float("inf")]), (c_longdouble, [0.1, -3.0]),
        (ctypes.c_bool, [True, False]), (c_char, [b"x", b"\xff"]),
    ]:
        for value in values:
            got = round_trip(kind, value)
            assert got == value, (kind, value, got)
    assert CFUNCTYPE(c_void_p, c_void_p)(lambda x: x)(0xfffffff0) == 0xfffffff0
    marker = object()
    assert CFUNCTYPE(py_object, py_object)(lambda x: x)(marker) is marker


def test_every_place():
    kinds = [c_int8, c_double, c_int64, c_float, c_longdouble, c_int, c_uint16, c_double]
    values = [-5, 2.5, 2**40, 0.25, 7.5, -9, 60000, -0.5]
    seen = []
    CFUNCTYPE(None, *kinds)(lambda *arguments: seen.append(arguments))(*values)
    assert seen == [tuple(values)]
    many = [c_int] * 200
    assert CFUNCTYPE(c_int, *many)(lambda *arguments: sum(arguments))(*range(200)) == sum(range(200))


class Pair(Structure):
    _fields_ = [("a", c_int), ("b", c_double)]


class One(Structure):
    _fields_ = [("x", c_double)]


class Byte(Structure):
    _fields_ = [("x", c_int8)]


class Nested(Structure):
    _fields_ = [("one", One)]


class SmallArray(Structure):
    _fields_ = [("x", c_int * 2)]


class OneArray(Structure):
    _fields_ = [("x", c_int * 1)]


class LargeArray(Structure):
    _fields_ = [("x", c_int * 16)]


class Long(Structure):
    _fields_ = [("x", c_longdouble)]


def test_structures():
    # ctypes takes no structure as a callback's result, so it comes back through a pointer.
    for kind, value in [(Pair, (1, 2.5)), (One, (3.5,)), (Byte, (-3,)), (SmallArray, ((c_int * 2)(4, 5),)),
                        (OneArray, ((c_int * 1)(6,),)), (LargeArray, ((c_int * 16)(*range(16)),)), (Long, (1.5,)),
                        (Nested, (One(7.5),))]:
        given = kind(*value)
        seen = []

        def callback(before, structure, after):
            seen.append((before, bytes(structure), after))
            ctypes.memset(byref(structure), 0, ctypes.sizeof(structure))

        CFUNCTYPE(None, c_int, kind, c_int64)(callback)(-1, given, 2**40)
        assert seen == [(-1, bytes(given), 2**40)], kind
        assert bytes(given) == bytes(kind(*value)), "a structure is passed by value"


def test_structure_result():
    class Complex(Structure):
        _fields_ = [("real", c_double), ("imaginary", c_double)]

    function = ctypes.pythonapi.PyComplex_AsCComplex
    function.argtypes, function.restype = [py_object], Complex
    result = function(3.5 - 2j)
    assert (result.real, result.imaginary) == (3.5, -2.0)
    function = ctypes.pythonapi._Py_c_pow
    function.argtypes, function.restype = [Complex, Complex], Complex
    result = function(Complex(0, 1), Complex(2, 0))
    assert round(result.real, 9) == -1


def test_variadic():
    buffer = ctypes.create_string_buffer(200)
    libc.snprintf.argtypes = [c_char_p, c_size_t, c_char_p]
    length = libc.snprintf(buffer, 200, b"%d %s %.2f %lld %c %Lg %g|", c_int(-5), b"text", c_double(1.25),
                           c_int64(2**50), c_int(65), c_longdouble(0.5), c_double(-7))
    assert buffer.value == b"-5 text 1.25 1125899906842624 A 0.5 -7|", buffer.value
    assert length == len(buffer.value)
    assert libc.snprintf(buffer, 200, b"nothing") == 7 and buffer.value == b"nothing"
    libc.printf.argtypes = [c_char_p]
    sys.stdout.flush()
    libc.printf(b"%s %d %.1f\n", b"printf", c_int(42), c_double(0.5))
    libc.fflush(None)


def test_pythonapi():
    api = ctypes.pythonapi
    api.PyLong_FromLong.restype = py_object
    assert api.PyLong_FromLong(12345) == 12345
    api.PyFloat_FromDouble.restype, api.PyFloat_FromDouble.argtypes = py_object, [c_double]
    assert api.PyFloat_FromDouble(0.5) == 0.5
    api.PyObject_Str.restype, api.PyObject_Str.argtypes = py_object, [py_object]
    assert api.PyObject_Str([1]) == "[1]"
    api.PyErr_SetString.argtypes, api.PyErr_SetString.restype = [py_object, c_char_p], None
    try:
        api.PyErr_SetString(ValueError, b"from C")
    except ValueError as error:
        assert str(error) == "from C"
    else:
        raise AssertionError
    # Slow Python called from C called from Python.
    api.PyObject_CallNoArgs.restype, api.PyObject_CallNoArgs.argtypes = py_object, [py_object]
    assert api.PyObject_CallNoArgs(lambda: burn(50) or "done") == "done"


def test_careless_declarations():
    libc.malloc.restype = c_void_p
    for _ in range(3):
        libc.free(c_void_p(libc.malloc(10)))  # returns nothing, is said to return an int
    assert ctypes.CDLL(None).toupper(97, 1, 2) == 65  # too many arguments
    libc.getpid(1)
    ctypes.CDLL(None).tzset()


def test_wrong_types():
    if sys.platform != "emscripten":
        return  # it gives wrong results or crashes
    root = ctypes.CDLL(None).sqrt
    root.restype = c_double
    try:
        root(4)
    except SystemError as error:
        assert isinstance(error.__cause__, TypeError) and "argtypes" in str(error.__cause__)
    else:
        raise AssertionError
    root.argtypes = [c_double]
    assert root(4) == 2
    try:
        PYFUNCTYPE(c_int)(0)()
    except ValueError as error:
        assert "NULL" in str(error)
    else:
        raise AssertionError


def test_many_closures():
    kinds = [CFUNCTYPE(c_int, c_int), CFUNCTYPE(c_double, c_double), CFUNCTYPE(c_int64, c_int64, c_int)]

    def address_of(function):
        return ctypes.cast(function, c_void_p).value

    addresses = set()
    for i in range(3000):
        function = kinds[i % 3](lambda x, *rest, i=i: x + i)
        assert function(1, *[0] * (i % 3 == 2)) == 1 + i
        addresses.add(address_of(function))
        del function
        if i % 100 == 0:
            gc.collect()  # a callback's function object is in a cycle
    assert len(addresses) < 300, len(addresses)
    kept = [kinds[0](lambda x, i=i: x * i) for i in range(1000)]
    assert len({address_of(function) for function in kept}) == 1000
    assert [function(2) for function in kept] == [2 * i for i in range(1000)]


def test_exception_in_callback():
    caught = []
    hook, sys.unraisablehook = sys.unraisablehook, lambda unraisable: caught.append(unraisable.exc_value)
    try:
        def fail(x):
            burn(30)
            raise ValueError(x)

        CFUNCTYPE(c_int, c_int)(fail)(3)
    finally:
        sys.unraisablehook = hook
    assert [str(error) for error in caught] == ["3"]


def test_nested():
    kind = CFUNCTYPE(c_int, c_int)

    def countdown(n):
        burn(3)
        return 0 if n == 0 else 1 + kind(countdown)(n - 1)

    assert kind(countdown)(25) == 25

    def outer(a, b):
        inner = (c_int * 4)(4, 3, 2, 1)
        libc.qsort(inner, 4, 4, compare_type(lambda x, y: burn(1) or x[0] - y[0]))
        assert list(inner) == [1, 2, 3, 4]
        return a[0] - b[0]

    values = (c_int * 6)(6, 5, 4, 3, 2, 1)
    libc.qsort(values, 6, 4, compare_type(outer))
    assert list(values) == [1, 2, 3, 4, 5, 6]


def test_closure_freed_while_it_runs():
    kind = CFUNCTYPE(c_int, c_int)
    holder = []

    def run(x):
        holder.clear()
        others = [kind(lambda y, i=i: y + i) for i in range(20)]
        burn(25)
        return x + sum(other(1) for other in others)

    holder.append(kind(run))
    assert holder[0](5) == 5 + sum(range(1, 21))


def test_errno():
    library = ctypes.CDLL(None, use_errno=True)
    library.close.argtypes = [c_int]
    assert library.close(9999) == -1 and ctypes.get_errno() == errno.EBADF


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
        print(name, "ok")
print("all is well")
