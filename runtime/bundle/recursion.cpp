// SPDX-License-Identifier: Apache-2.0
// A compiled program runs on engines as they come, and none tells how large its stack is. Beyond the stack's
// end there is no exception but the end of the program, so the limits are for the smallest one that is known:
// Wasmtime's. (Node has nearly twice as much.) Python code that calls Python code needs none of this stack.
#include "recursion.h"

#include <Python.h>

namespace {

constexpr int kStack = 512 * 1024;

// For what runs at the limit: building the exception, compiling a few lines.
constexpr int kReserve = 32 * 1024;

// Measured with deep calls, deep deallocations and deep sources of every kind, under Wasmtime 50. A unit of
// what CPython counts takes 938 bytes at most, exec() in exec(); a level of its parser 226, "not not not …".
constexpr int kBytesPerUnit = 960;
constexpr int kBytesPerLevel = 232;

constexpr int kUnits = (kStack - kReserve) / kBytesPerUnit;

// Parser/parser.c: MAXSTACK, and of Parser/pegen.h the beginning of Parser.
constexpr int kLastLevel = 4000;
struct Parser {
    void* tokenizer;
    void* tokens;
    int mark;
    int fill;
    int size;
    void* arena;
    void* keywords;
    void* soft_keywords;
    int keyword_list_count;
    int start_rule;
    int* error_code;
    int is_parsing;
    PyObject* normalize;
    int first_line;
    int first_column;
    int has_error;
    int flags;
    int feature_version;
    struct {
        void* items;
        size_t size;
        size_t count;
    } type_comments;
    void* known_error;
    int level;
};

}  // namespace

void limitRecursion() {
    PyThreadState_Get()->c_recursion_remaining = kUnits;
}

extern "C" {

void* __real__PyPegen_parse(Parser* parser);

// The parser counts for itself; what is left of the stack is known from what CPython counts.
void* __wrap__PyPegen_parse(Parser* parser) {
    const int bytes = PyThreadState_Get()->c_recursion_remaining * kBytesPerUnit + kReserve / 2;
    const int levels = bytes / kBytesPerLevel;
    parser->level = levels < kLastLevel ? kLastLevel - levels : 0;
    return __real__PyPegen_parse(parser);
}

}  // extern "C"
