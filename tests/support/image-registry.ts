import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { arch } from 'node:os'
import { gzipSync } from 'node:zlib'
import { tarOf } from '../../src/runtime/docker/tar.ts'

export interface ImageRegistry {
  /** `127.0.0.1:PORT`: engines ask a registry there without TLS. */
  readonly host: string
  /** How often somebody has asked what a tag stands for. */
  readonly asked: () => number
  /** From now on every name and tag is an image of one file with this configuration. */
  serve(config: Readonly<Record<string, unknown>>): void
  close(): void
}

/** A registry of images, as far as a pull needs it: https://distribution.github.io/distribution/spec/api/ */
export async function openImageRegistry(): Promise<ImageRegistry> {
  const type = 'application/vnd.docker.distribution.manifest.v2+json'
  const contents = new Map<string, Buffer>()
  let manifest = ''
  let asked = 0
  const keep = (content: Buffer) => {
    const digest = digestOf(content)
    contents.set(digest, content)
    return { digest, size: content.length }
  }
  const server = createServer(({ url = '', method }, response) => {
    const [, kind, name = ''] = /^\/v2\/.+\/(manifests|blobs)\/(.+)$/.exec(url) ?? []
    if (kind === undefined) return response.end('{}')
    if (kind === 'manifests' && !name.startsWith('sha256:')) asked++
    const digest = name.startsWith('sha256:') ? name : manifest
    const content = contents.get(digest)
    if (content === undefined) return response.writeHead(404).end('{}')
    response.writeHead(200, {
      'content-type': kind === 'manifests' ? type : 'application/octet-stream',
      'content-length': content.length,
      'docker-content-digest': digest,
    })
    return response.end(method === 'HEAD' ? undefined : content)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    host: `127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`,
    asked: () => asked,
    serve(config) {
      const layer = Buffer.from(tarOf('file', Buffer.from(JSON.stringify(config))))
      const image = {
        architecture: arch() === 'x64' ? 'amd64' : arch(),
        os: 'linux',
        config,
        rootfs: { type: 'layers', diff_ids: [digestOf(layer)] },
      }
      const mediaType = 'application/vnd.docker'
      const text = JSON.stringify({
        schemaVersion: 2,
        mediaType: type,
        config: {
          mediaType: `${mediaType}.container.image.v1+json`,
          ...keep(Buffer.from(JSON.stringify(image))),
        },
        layers: [
          { mediaType: `${mediaType}.image.rootfs.diff.tar.gzip`, ...keep(gzipSync(layer)) },
        ],
      })
      manifest = keep(Buffer.from(text)).digest
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`
}
