// SPDX-License-Identifier: Apache-2.0
// Keeps the end of the page in view while it grows, until the reader scrolls away from it; and again when they are back.

/** Pixels from the end at which a reader is still there. */
const kNearEnd = 40;

export class EndFollower {
  readonly #page = document.documentElement;
  #isFollowing = true;
  #top = 0;
  #height = 0;

  constructor(content: HTMLElement) {
    new ResizeObserver(() => this.#keep()).observe(content);
    document.addEventListener('scroll', () => this.#look());
  }

  #keep(): void {
    // The browser holds fast to what is read, when older lines go; not to the end.
    this.#page.style.overflowAnchor = this.#isFollowing ? 'none' : 'auto';
    if (!this.#isFollowing) return;
    this.#page.scrollTop = this.#page.scrollHeight;
    this.#remember();
  }

  /** Who moves up is the reader, unless the page has become shorter. */
  #look(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#page;
    const isUp = scrollTop < this.#top && scrollHeight >= this.#height;
    if (scrollHeight - scrollTop - clientHeight < kNearEnd) this.#isFollowing = true;
    else if (isUp) this.#isFollowing = false;
    this.#remember();
  }

  #remember(): void {
    this.#top = this.#page.scrollTop;
    this.#height = this.#page.scrollHeight;
  }
}
