// SPDX-License-Identifier: Apache-2.0
// All tools by their names.

import { cat, tee } from './cat.ts';
import { cp } from './cp.ts';
import { cut } from './cut.ts';
import { date } from './date.ts';
import { expr } from './expr.ts';
import { chmod, ln, mkdir, mv, rm, rmdir, touch } from './file-changes.ts';
import { find } from './find.ts';
import { egrep, fgrep, grep } from './grep.ts';
import { head, tail } from './head-tail.ts';
import { ls } from './ls.ts';
import { echo, printf } from './printf.ts';
import { env, xargs } from './run-others.ts';
import { sed } from './sed.ts';
import { basename, dirname, doNotSucceed, pwd, seq, sleep, succeed, uname, which, yes } from './small.ts';
import { sort, uniq } from './sort.ts';
import { test } from './test.ts';
import type { Tool } from './tool.ts';
import { tr } from './tr.ts';
import { wc } from './wc.ts';

const kTools: Readonly<Record<string, Tool>> = {
  ...{
    basename,
    cat,
    chmod,
    cp,
    cut,
    date,
    dirname,
    echo,
    egrep,
    env,
    expr,
    fgrep,
    find,
    grep,
    head,
    ln,
    ls,
  },
  ...{
    mkdir,
    mv,
    printf,
    pwd,
    rm,
    rmdir,
    sed,
    seq,
    sleep,
    sort,
    tail,
    tee,
    test,
    touch,
    tr,
    uname,
    uniq,
    wc,
  },
  ...{ which, xargs, yes },
  '[': test,
  false: doNotSucceed,
  true: succeed,
};

export function findTool(name: string): Tool | null {
  return Object.hasOwn(kTools, name) ? (kTools[name] ?? null) : null;
}

export function toolNames(): readonly string[] {
  return Object.keys(kTools);
}
