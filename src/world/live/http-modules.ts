/**
 * Node's HTTP, not by `import`: that would evaluate every export of `node:http`, among them a WebSocket client,
 * which takes 40 ms of each start. And only where it is used: a thread that needs sockets alone is 4 MB smaller.
 */
export const http = () => process.getBuiltinModule('node:http')
export const https = () => process.getBuiltinModule('node:https')
