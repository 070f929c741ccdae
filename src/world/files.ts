/** A file that only grows. */
export interface Appender {
  append(data: string | Uint8Array): void
  /** Resolves when everything appended is with the operating system; rejects when the disk refused any of it. */
  close(): Promise<void>
}

/** What lies at a path: a symbolic link is only told where it is not followed. */
export interface FileStatus {
  readonly type:
    'file' | 'directory' | 'link' | 'socket' | 'pipe' | 'character-device' | 'block-device'
  /** Permission bits, with those of setuid, setgid and the sticky bit. */
  readonly mode: number
}

/** Of a file; with one frame where the format has frames. */
export interface CompressedPart {
  readonly path: string
  readonly offset: number
  readonly size: number
  readonly format: 'gzip' | 'zstd'
}

/** The door to the file system. Errors carry the errno name in `code` (ENOENT, EACCES, ENOSPC). */
export interface Files {
  /**
   * `bytesMax`: no more than its beginning, for the long tables of /proc. `signal` gives up, which matters for a named
   * pipe that nobody writes to.
   */
  readText(
    path: string,
    options?: { readonly bytesMax?: number; readonly signal?: AbortSignal },
  ): Promise<string>
  readBytes(path: string): Promise<Uint8Array>
  /** At most `bytesMax` bytes from `offset` on; none behind the end. */
  readRange(
    path: string,
    range: { readonly offset: number; readonly bytesMax: number },
  ): Promise<Uint8Array>
  sizeOf(path: string): Promise<number>
  /** What it takes of the disk, as `du` counts: bytes, in whole blocks. A link is not followed. */
  allocatedSizeOf(path: string): Promise<number>
  /** Creates or replaces. */
  writeText(path: string, text: string, options?: { readonly mode?: number }): Promise<void>
  writeBytes(path: string, bytes: Uint8Array): Promise<void>
  /**
   * The directories above it are made where they are missing. `atOnce`: what is appended is with the operating system when
   * `append` returns, and outlives a kill of this process. `onError` is told once, and at once, of what `close` rejects with.
   */
  openAppend(
    path: string,
    options?: { readonly atOnce?: boolean; readonly onError?: (error: unknown) => void },
  ): Appender
  /** Appends what the part holds. Rejects where it is damaged; some of it may be in `to` then. */
  appendDecompressed(part: CompressedPart, to: string): Promise<void>
  makeDirectory(path: string): Promise<void>
  /** Names in a directory, sorted by code unit. Pipes, sockets and devices are left out: reading one may never end. */
  list(path: string): Promise<readonly { readonly name: string; readonly isDirectory: boolean }[]>
  /** `missing` is an answer, not an error. */
  kindOf(path: string): Promise<'file' | 'directory' | 'missing'>
  /** Undefined: nothing is there. */
  statusOf(
    path: string,
    options: { readonly followLinks: boolean },
  ): Promise<FileStatus | undefined>
  /** Exactly this mode, whatever the process's umask is. A symbolic link is followed. */
  changeMode(path: string, mode: number): Promise<void>
  /** What is left out stays as it is. A symbolic link itself changes, not what it points at. */
  changeOwner(path: string, owner: { readonly uid?: number; readonly gid?: number }): Promise<void>
  /** When it was last changed, in milliseconds since 1970. A symbolic link itself changes, not what it points at. */
  changeTime(path: string, modifiedMs: number): Promise<void>
  /** EEXIST when something is at `path` already. */
  makeLink(path: string, target: string): Promise<void>
  /** The target as it was written; EINVAL for what is no symbolic link. */
  readLink(path: string): Promise<string>
  /** The path without symbolic links, `.` and `..`. */
  realPath(path: string): Promise<string>
  /** At once, and in the place of what is at `to`. */
  rename(from: string, to: string): Promise<void>
  /** Removes a file or a whole directory; one that is not there is fine. */
  remove(path: string): Promise<void>
}
