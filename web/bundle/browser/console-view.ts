// SPDX-License-Identifier: Apache-2.0
// The text of a program on the page. It comes in bursts, and is drawn at most once for each picture of the screen.

import { TextFlow, type Run, type Source, type Style } from './text-flow.ts';

/** Milliseconds between two pictures. */
const kPicture = 16;
const kBlockLines = 500;
const kMostBlocks = 40;
const kUsualLine = 100;

function colour(value: number | string): string {
  return typeof value === 'number' ? `var(--colour-${value})` : value;
}

function isBare({
  isBold,
  isFaint,
  isItalic,
  isUnderlined,
  isInverse,
  foreground,
  background,
}: Style): boolean {
  const isMarked = isBold || isFaint || isItalic || isUnderlined || isInverse;
  return !isMarked && foreground === undefined && background === undefined;
}

function dress(element: HTMLElement, style: Style): void {
  const { foreground, background } = style;
  const [front, back] = style.isInverse
    ? [background ?? 'var(--background)', foreground ?? 'var(--text)']
    : [foreground ?? (typeof background === 'number' ? 'var(--background)' : undefined), background];
  if (front !== undefined) element.style.color = colour(front);
  if (back !== undefined) element.style.background = colour(back);
  element.classList.toggle('bold', style.isBold);
  element.classList.toggle('faint', style.isFaint);
  element.classList.toggle('italic', style.isItalic);
  element.classList.toggle('underlined', style.isUnderlined);
}

function spansOf(runs: readonly Run[]): HTMLElement[] {
  const spans: HTMLElement[] = [];
  let last: Style | undefined;
  for (const { text, style } of runs) {
    const span = spans.at(-1);
    if (span !== undefined && style === last) {
      span.append(text);
      continue;
    }
    const next = document.createElement('span');
    next.dataset['source'] = style.source;
    if (!isBare(style)) dress(next, style);
    next.append(text);
    spans.push(next);
    last = style;
  }
  return spans;
}

/** As many as end a block, and the rest. */
function splitAfterLines(runs: readonly Run[], lines: number): [readonly Run[], readonly Run[]] {
  let count = 0;
  const end = runs.findIndex(({ text }) => text === '\n' && ++count === lines);
  return end < 0 ? [runs, []] : [runs.slice(0, end + 1), runs.slice(end + 1)];
}

/** How many lines these are on the screen, about. */
function countLines(runs: readonly Run[]): number {
  return runs.reduce((count, { text }) => count + (text === '\n' ? 1 : text.length / kUsualLine), 0);
}

export class ConsoleView {
  readonly #lines: HTMLElement;
  readonly #current: HTMLElement;
  readonly #whenDrawn: (bytes: number) => void;
  readonly #flow = new TextFlow();
  readonly #decoders = {
    stdout: new TextDecoder('utf-8', { ignoreBOM: true }),
    stderr: new TextDecoder('utf-8', { ignoreBOM: true }),
  };
  #bytes = 0;
  #blockLines = 0;
  #lastPicture = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `whenDrawn` hears how many bytes have come to the screen. */
  constructor(lines: HTMLElement, current: HTMLElement, whenDrawn: (bytes: number) => void) {
    this.#lines = lines;
    this.#current = current;
    this.#whenDrawn = whenDrawn;
  }

  write(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    this.#put(this.#decoders[stream].decode(bytes, { stream: true }), stream);
  }

  /** What the reader has typed. */
  echo(text: string): void {
    this.#flow.markPrompt();
    this.#put(text, 'typed');
  }

  markPrompt(): void {
    this.#flow.markPrompt();
    this.#schedule();
  }

  /** All that has come, now; a character that is not whole stays out. */
  end(): void {
    for (const stream of ['stdout', 'stderr'] as const) this.#put(this.#decoders[stream].decode(), stream);
    this.draw();
  }

  draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#flow.takeCleared()) this.#lines.replaceChildren();
    this.#append(this.#flow.takeFinished());
    this.#current.replaceChildren(...spansOf(this.#flow.current));
    this.#lastPicture = performance.now();
    this.#whenDrawn(this.#bytes);
    this.#bytes = 0;
  }

  #put(text: string, source: Source): void {
    if (text === '') return;
    this.#flow.write(text, source);
    this.#schedule();
  }

  #schedule(): void {
    const wait = this.#lastPicture + kPicture - performance.now();
    if (wait <= 0) this.draw();
    else this.#timer ??= setTimeout(() => this.draw(), wait);
  }

  /** In blocks, which the browser lays out only when they are seen, and of which the oldest go. */
  #append(finished: readonly Run[]): void {
    let rest = finished;
    while (rest.length > 0) {
      if (this.#lines.lastElementChild === null || this.#blockLines >= kBlockLines) {
        this.#lines.append(document.createElement('div'));
        this.#blockLines = 0;
      }
      const [part, later] = splitAfterLines(rest, kBlockLines - this.#blockLines);
      this.#lines.lastElementChild?.append(...spansOf(part));
      this.#blockLines += countLines(part);
      rest = later;
    }
    while (this.#lines.childElementCount > kMostBlocks) {
      this.#lines.firstElementChild?.remove();
      this.#lines.dataset['shortened'] = '';
    }
  }
}
