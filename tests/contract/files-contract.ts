import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Files } from '../../src/world/files.ts'

/** What every file system behind the door does; `open` gives one with an empty directory that is ours. */
export function describeFiles(
  name: string,
  open: () => Promise<{
    readonly files: Files
    readonly directory: string
    readonly close: () => void
  }>,
): void {
  describe(`files: ${name}`, () => {
    let files: Files
    let root = ''
    let closeFiles: (() => void) | undefined
    beforeAll(async () => {
      const opened = await open()
      files = opened.files
      root = opened.directory
      closeFiles = opened.close
    })
    afterAll(() => closeFiles?.())
    const fresh = async (directory: string): Promise<string> => {
      const path = `${root}/${directory}`
      await files.makeDirectory(path)
      return path
    }

    test('text and bytes are written, replaced, read whole or in part, and removed', async () => {
      const path = `${await fresh('text')}/file`
      await files.writeText(path, 'grün')
      await files.writeText(path, 'größer')
      expect(await files.readText(path)).toBe('größer')
      expect(await files.readText(path, { bytesMax: 2 })).toBe('gr')
      expect(await files.sizeOf(path)).toBe(8)
      expect(await files.allocatedSizeOf(path)).toBeGreaterThanOrEqual(512)
      await files.writeBytes(path, new Uint8Array([0, 255, 7]))
      expect([...(await files.readBytes(path))]).toEqual([0, 255, 7])
      expect([...(await files.readRange(path, { offset: 1, bytesMax: 9 }))]).toEqual([255, 7])
      expect([...(await files.readRange(path, { offset: 5, bytesMax: 9 }))]).toEqual([])
      await files.remove(path)
      await files.remove(path)
      await expect(files.readText(path)).rejects.toMatchObject({ code: 'ENOENT' })
    })

    test('directories are made, listed by code unit, told apart and removed with all in them', async () => {
      const path = await fresh('a/deep')
      await files.makeDirectory(path)
      for (const file of ['b', 'B', '10', '9']) await files.writeText(`${path}/${file}`, file)
      await files.makeDirectory(`${path}/c`)
      await files.makeLink(`${path}/link`, 'c')
      expect(await files.list(path)).toEqual(
        ['10', '9', 'B', 'b', 'c', 'link'].map((entry) => ({
          name: entry,
          isDirectory: entry === 'c',
        })),
      )
      expect(await files.kindOf(`${path}/link`)).toBe('directory')
      expect(await files.kindOf(`${path}/b`)).toBe('file')
      expect(await files.kindOf(`${path}/b/x`)).toBe('missing')
      await expect(files.makeDirectory(`${path}/b`)).rejects.toMatchObject({ code: 'EEXIST' })
      await expect(files.list(`${path}/none`)).rejects.toMatchObject({ code: 'ENOENT' })
      await files.remove(`${root}/a`)
      expect(await files.kindOf(path)).toBe('missing')
    })

    test('what is appended is there when close resolves', async () => {
      const path = `${root}/logs/deep/log`
      for (const text of ['one\n', 'two\n']) {
        const log = files.openAppend(path)
        log.append(text)
        await log.close()
      }
      expect(await files.readText(path)).toBe('one\ntwo\n')
    })

    test('a mode is exactly what was asked for, and a link shows what it points at or itself', async () => {
      const path = await fresh('modes')
      await files.writeText(`${path}/file`, 'x')
      await files.changeMode(`${path}/file`, 0o640)
      await files.changeMode(path, 0o2777)
      await files.makeLink(`${path}/link`, 'file')
      expect(await files.statusOf(path, { followLinks: false })).toEqual({
        type: 'directory',
        mode: 0o2777,
      })
      const link = `${path}/link`
      expect(await files.statusOf(link, { followLinks: true })).toEqual({
        type: 'file',
        mode: 0o640,
      })
      expect(await files.statusOf(link, { followLinks: false })).toMatchObject({ type: 'link' })
      expect(await files.statusOf(`${path}/none`, { followLinks: true })).toBeUndefined()
      expect(await files.statusOf(`${path}/file/below`, { followLinks: true })).toBeUndefined()
      await files.changeOwner(path, {})
      await files.changeTime(link, 0)
      const missing = files.changeTime(`${path}/none`, 0)
      await expect(missing).rejects.toMatchObject({ code: 'ENOENT' })
    })

    test('a link is read, followed, and not written over', async () => {
      const path = await fresh('links')
      await files.makeDirectory(`${path}/one`)
      await files.writeText(`${path}/one/file`, '1')
      await files.makeLink(`${path}/data`, 'one')
      await files.makeLink(`${path}/file`, 'data/file')
      expect(await files.readLink(`${path}/file`)).toBe('data/file')
      expect(await files.readText(`${path}/file`)).toBe('1')
      expect(await files.realPath(`${path}/data/../file`)).toBe(
        `${await files.realPath(path)}/one/file`,
      )
      await expect(files.makeLink(`${path}/data`, 'x')).rejects.toMatchObject({ code: 'EEXIST' })
      await expect(files.readLink(`${path}/one`)).rejects.toMatchObject({ code: 'EINVAL' })
      await expect(files.readLink(`${path}/none`)).rejects.toMatchObject({ code: 'ENOENT' })
      await files.remove(`${path}/data`)
      expect(await files.readText(`${path}/one/file`)).toBe('1')
      await expect(files.readText(`${path}/file`)).rejects.toMatchObject({ code: 'ENOENT' })
    })

    test('a circle of links is no path', async () => {
      const path = await fresh('circle')
      await files.makeLink(`${path}/a`, 'b')
      await files.makeLink(`${path}/b`, 'a')
      await expect(files.realPath(`${path}/a`)).rejects.toMatchObject({ code: 'ELOOP' })
    })

    test('a rename takes the place of a link at once', async () => {
      const path = await fresh('rename')
      for (const version of ['one', 'two']) {
        await files.makeDirectory(`${path}/${version}`)
        await files.writeText(`${path}/${version}/file`, version)
        await files.makeLink(`${path}/next`, version)
        await files.rename(`${path}/next`, `${path}/data`)
        expect(await files.readText(`${path}/data/file`)).toBe(version)
      }
      expect((await files.list(path)).map((entry) => entry.name)).toEqual(['data', 'one', 'two'])
      await expect(files.rename(`${path}/none`, `${path}/data`)).rejects.toMatchObject({
        code: 'ENOENT',
      })
    })
  })
}
