import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ServiceGatewayProgram } from '../../runtime/docker-runtime.ts'

/** `/10.96.255.255:65535.sock` behind it has to fit into the 107 bytes that the path of a socket may have. */
const DIRECTORY_LENGTH_MAX = 80

/** `service-gateway.ts`, as TypeScript or compiled, as this file is, with a directory of its own for sockets. */
export function serviceGatewayProgram(): ServiceGatewayProgram {
  const url = new URL(`./service-gateway${extname(import.meta.url)}`, import.meta.url)
  const program = fileURLToPath(url)
  const parent = tmpdir().length < DIRECTORY_LENGTH_MAX - NAME.length ? tmpdir() : '/tmp'
  return {
    command: [process.execPath, program],
    directories: [dirname(process.execPath), dirname(program)],
    socketDirectory: mkdtempSync(join(parent, NAME)),
  }
}

const NAME = 'hitless-services-'
