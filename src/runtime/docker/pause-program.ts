/**
 * What holds a pod's network: a program that ignores the ends of orphans (SIGCHLD is ignored, so the kernel reaps them)
 * and waits for ever. It is written here in machine code, so that no image has to be fetched: 208 bytes of ELF.
 */
export function pauseProgram(architecture: string): Uint8Array | undefined {
  switch (architecture) {
    case 'amd64':
      return elf(62, AMD64)
    case 'arm64':
      return elf(183, ARM64)
    default:
      return undefined
  }
}

/** Where the program's first byte is loaded. */
const LOADED_AT = 0x40_00_00

const ELF_HEADER_BYTES = 64
const PROGRAM_HEADER_BYTES = 56
const CODE_AT = ELF_HEADER_BYTES + PROGRAM_HEADER_BYTES

/** `struct sigaction` with the handler SIG_IGN lies behind the code. */
const ACTION_AT = 176
const ACTION_BYTES = 32

const AMD64: readonly number[] = [
  // rt_sigaction(SIGCHLD, action, NULL, 8)
  [0xbf, 17, 0, 0, 0],
  [0xbe, ACTION_AT, 0x00, 0x40, 0x00],
  [0x31, 0xd2],
  [0x41, 0xba, 8, 0, 0, 0],
  [0xb8, 13, 0, 0, 0],
  [0x0f, 0x05],
  // again: pause()
  [0xb8, 34, 0, 0, 0],
  [0x0f, 0x05],
  [0xeb, 0xf7],
].flat()

const ARM64: readonly number[] = [
  // rt_sigaction(SIGCHLD, action, NULL, 8)
  0xd2_80_02_20, 0x10_00_01_a1, 0xd2_80_00_02, 0xd2_80_01_03, 0xd2_80_10_c8, 0xd4_00_00_01,
  // again: ppoll(NULL, 0, NULL, NULL)
  0xd2_80_00_00, 0xd2_80_00_01, 0xd2_80_00_02, 0xd2_80_00_03, 0xd2_80_09_28, 0xd4_00_00_01,
  0x17_ff_ff_fa,
].flatMap((word) => [0, 8, 16, 24].map((shift) => (word >>> shift) & 255))

function elf(machine: number, code: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(ACTION_AT + ACTION_BYTES)
  const view = new DataView(bytes.buffer)
  // 64 bits, little-endian, version 1.
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1])
  view.setUint16(16, 2, true)
  view.setUint16(18, machine, true)
  view.setUint32(20, 1, true)
  view.setUint32(24, LOADED_AT + CODE_AT, true)
  view.setUint32(32, ELF_HEADER_BYTES, true)
  view.setUint16(52, ELF_HEADER_BYTES, true)
  view.setUint16(54, PROGRAM_HEADER_BYTES, true)
  view.setUint16(56, 1, true)
  // One segment: the whole file, to be read and executed.
  view.setUint32(64, 1, true)
  view.setUint32(68, 5, true)
  view.setUint32(80, LOADED_AT, true)
  view.setUint32(88, LOADED_AT, true)
  view.setUint32(96, bytes.length, true)
  view.setUint32(104, bytes.length, true)
  view.setUint32(112, 0x1000, true)
  bytes.set(code, CODE_AT)
  view.setUint32(ACTION_AT, 1, true)
  return bytes
}
