/** A file that only grows. */
export interface Appender {
  append(data: string | Uint8Array): void
  /** Resolves when everything appended is with the operating system; rejects when the disk refused any of it. */
  close(): Promise<void>
}

/** The door to the file system. Errors carry the errno name in `code` (ENOENT, EACCES, ENOSPC). */
export interface Files {
  /** `bytesMax`: no more than its beginning, for the long tables of /proc. */
  readText(path: string, options?: { readonly bytesMax?: number }): Promise<string>
  readBytes(path: string): Promise<Uint8Array>
  /** At most `bytesMax` bytes from `offset` on; none behind the end. */
  readRange(
    path: string,
    range: { readonly offset: number; readonly bytesMax: number },
  ): Promise<Uint8Array>
  sizeOf(path: string): Promise<number>
  /** Creates or replaces. */
  writeText(path: string, text: string, options?: { readonly mode?: number }): Promise<void>
  /** The directories above it are made where they are missing. */
  openAppend(path: string): Appender
  makeDirectory(path: string): Promise<void>
  /** Names in a directory, sorted by code unit. Pipes, sockets and devices are left out: reading one may never end. */
  list(path: string): Promise<readonly { readonly name: string; readonly isDirectory: boolean }[]>
  /** `missing` is an answer, not an error. */
  kindOf(path: string): Promise<'file' | 'directory' | 'missing'>
  /** Removes a file or a whole directory; one that is not there is fine. */
  remove(path: string): Promise<void>
}
