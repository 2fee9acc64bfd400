"""Modules that nothing imports before the program runs: their code has to be there, and that of what they need."""


def first():
    import argparse, ast, asyncio, base64, bisect, bz2, calendar, cmath, cmd, code, codecs, collections, colorsys
    import concurrent.futures, configparser, contextlib, copy, csv, dataclasses, datetime, decimal, difflib, dis

    return locals()


def second():
    import email.message, email.policy, enum, filecmp, fileinput, fnmatch, fractions, functools, getopt, gettext, glob
    import graphlib, gzip, hashlib, heapq, hmac, html.parser, http.client, http.cookies, importlib.metadata
    import importlib.resources, inspect, io, ipaddress, itertools, json, keyword, linecache, locale, logging.handlers

    return locals()


def third():
    import lzma, math, mimetypes, numbers, operator, optparse, pathlib, pickle, pkgutil, platform, plistlib, pprint
    import pydoc, queue, quopri, random, re, reprlib, runpy, sched, secrets, selectors, shelve, shlex, shutil, signal

    return locals()


def fourth():
    import smtplib, sqlite3, ssl, stat, statistics, string, stringprep, struct, subprocess, sysconfig, tabnanny, tarfile
    import tempfile, textwrap, threading, time, timeit, token, tokenize, trace, traceback, types, typing, unicodedata
    import unittest.mock, urllib.request, uuid, warnings, wave, weakref, xml.dom.minidom, xml.etree.ElementTree, zipapp
    import xml.sax, xmlrpc.client, zipfile, zipimport, zlib, zoneinfo

    return locals()


for imports in (first, second, third, fourth):
    print(*(f"{name}:{type(module).__name__}" for name, module in imports().items()))

import pathlib, sysconfig, tempfile

print(pathlib.PureWindowsPath("c:/a/b").drive, pathlib.Path("a", "b.txt").suffix)
print(sysconfig.get_config_var("py_version_short"), "stdlib" in sysconfig.get_paths())
with tempfile.TemporaryDirectory(dir=".") as folder:
    print(pathlib.Path(folder).exists())
