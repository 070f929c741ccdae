/**
 * Which versions of a slice this controller has written itself: they are no reason to look at its Service again. The
 * watch may tell of a write before its answer comes, so that what is told meanwhile is judged by the answer.
 */
export class OwnWrites {
  /** By the slice's uid: the version that was written last. */
  readonly #written = new Map<string, string | undefined>()
  /** By uid: the version that was told while a write of ours was under way. */
  readonly #told = new Map<string, string | undefined>()

  begin(uid: string): void {
    this.#told.set(uid, undefined)
  }

  /** `version`: what the answer says; undefined when the write has failed. True when somebody else wrote meanwhile. */
  end(uid: string, version: string | undefined): boolean {
    const told = this.#told.get(uid)
    this.#told.delete(uid)
    if (version !== undefined) this.#written.set(uid, version)
    return told !== undefined && told !== version
  }

  /** Whether the change that a watch tells of is ours, or will be judged when our write has its answer. */
  isOwn(uid: string, version: string | undefined): boolean {
    if (!this.#told.has(uid)) return version !== undefined && this.#written.get(uid) === version
    this.#told.set(uid, version)
    return true
  }

  forget(uid: string): void {
    this.#written.delete(uid)
  }
}
