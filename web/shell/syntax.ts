// SPDX-License-Identifier: Apache-2.0
// What the parser makes of a script. Nothing here does anything.

export interface Word {
  readonly parts: readonly WordPart[];
}

/** `quoted` parts are neither split into fields nor taken for patterns. */
export type WordPart =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
  | ParameterPart
  | { readonly kind: 'command'; readonly body: Script; readonly quoted: boolean }
  | { readonly kind: 'arithmetic'; readonly expression: Word; readonly quoted: boolean };

/** `#name` is the length; `#`, `##`, `%` and `%%` cut patterns off; `bad` is an error, but only when it is expanded. */
export type ParameterOperator = 'bad' | 'length' | '-' | '=' | '?' | '+' | '#' | '##' | '%' | '%%';

export interface ParameterPart {
  readonly kind: 'parameter';
  readonly name: string;
  readonly operator: ParameterOperator | null;
  /** A colon before the operator: empty is as good as unset. */
  readonly orEmpty: boolean;
  readonly word: Word;
  readonly quoted: boolean;
}

export type RedirectionKind = '<' | '>' | '>>' | '>|' | '<>' | '<&' | '>&' | '&>' | '<<';

export interface Redirection {
  readonly kind: RedirectionKind;
  readonly descriptor: number;
  /** The file, the other descriptor, or the text of a here-document, which the parser fills in when it gets there. */
  readonly target: { word: Word };
}

export interface Assignment {
  readonly name: string;
  readonly value: Word;
}

/** Commands that follow each other. */
export interface Script {
  readonly items: readonly ScriptItem[];
}

export interface ScriptItem {
  readonly command: AndOr;
  readonly background: boolean;
}

export interface AndOr {
  readonly first: Pipeline;
  readonly rest: readonly { readonly operator: '&&' | '||'; readonly pipeline: Pipeline }[];
}

export interface Pipeline {
  readonly negated: boolean;
  readonly commands: readonly Command[];
}

export interface SimpleCommand {
  readonly kind: 'simple';
  readonly assignments: readonly Assignment[];
  readonly words: readonly Word[];
  readonly redirections: readonly Redirection[];
  readonly line: number;
}

export interface CaseItem {
  readonly patterns: readonly Word[];
  readonly body: Script;
}

export type CompoundCommand =
  | { readonly kind: 'subshell'; readonly body: Script }
  | { readonly kind: 'group'; readonly body: Script }
  | {
      readonly kind: 'if';
      readonly branches: readonly { readonly condition: Script; readonly body: Script }[];
      readonly otherwise: Script | null;
    }
  | {
      readonly kind: 'for';
      readonly name: string;
      /** Null goes over "$@". */
      readonly words: readonly Word[] | null;
      readonly body: Script;
    }
  | { readonly kind: 'loop'; readonly until: boolean; readonly condition: Script; readonly body: Script }
  | { readonly kind: 'case'; readonly subject: Word; readonly items: readonly CaseItem[] };

export type Command =
  | SimpleCommand
  | { readonly kind: 'function'; readonly name: string; readonly body: Command }
  | {
      readonly kind: 'compound';
      readonly command: CompoundCommand;
      readonly redirections: readonly Redirection[];
      readonly line: number;
    };

/** What is wrong with a script, as dash words it. */
export class ShellSyntaxError extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

export const kEmptyWord: Word = { parts: [] };
