const BLOCK = 512

/** A tar archive (ustar) of one executable file. */
export function tarOf(name: string, content: Uint8Array): Uint8Array {
  const blocks = Math.ceil(content.length / BLOCK)
  // Two blocks of zeros end an archive.
  const archive = new Uint8Array((1 + blocks + 2) * BLOCK)
  const write = (at: number, text: string) => archive.set(new TextEncoder().encode(text), at)
  write(0, name)
  write(100, '0000755\0')
  write(108, '0000000\0')
  write(116, '0000000\0')
  write(124, `${content.length.toString(8).padStart(11, '0')}\0`)
  write(136, '00000000000\0')
  // The sum counts its own field as spaces.
  write(148, '        ')
  write(156, '0')
  write(257, 'ustar\x0000')
  const sum = archive.subarray(0, BLOCK).reduce((total, byte) => total + byte, 0)
  write(148, `${sum.toString(8).padStart(6, '0')}\0 `)
  archive.set(content, BLOCK)
  return archive
}
