// SPDX-License-Identifier: Apache-2.0
// In the place of CPython's Modules/unicodename_db.h, for programs that use unicodedata and no names of characters:
// no character has one. The names are most of the module.

#define NAME_MAXLEN 256

// A node that accepts nothing and has no edges.
static const unsigned char packed_name_dawg[] = {0, 0};
static const unsigned int dawg_pos_to_codepoint[1];

// All zero: nothing is found.
#define DAWG_CODEPOINT_TO_POS_SHIFT 8
#define DAWG_CODEPOINT_TO_POS_NOTFOUND 0
static const unsigned char dawg_codepoint_to_pos_index1[0x110000 >> DAWG_CODEPOINT_TO_POS_SHIFT];
static const unsigned short dawg_codepoint_to_pos_index2[1 << DAWG_CODEPOINT_TO_POS_SHIFT];

static const unsigned int aliases_start = 0xf0000;
static const unsigned int aliases_end = 0xf0000;
static const unsigned int name_aliases[1];

typedef struct NamedSequence {
    int seqlen;
    Py_UCS2 seq[4];
} named_sequence;
static const unsigned int named_sequences_start = 0xf0200;
static const unsigned int named_sequences_end = 0xf0200;
static const named_sequence named_sequences[1];
