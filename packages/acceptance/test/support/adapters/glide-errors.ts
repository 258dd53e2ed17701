/** The errors of a server that valkey-glide 2.5 gives names of its own, and what the server calls them. */
export const codes: Record<string, string> = {
  BusyLoadingError: 'LOADING',
  ClusterDown: 'CLUSTERDOWN',
  MasterDown: 'MASTERDOWN',
  NoScriptError: 'NOSCRIPT',
  PermissionDenied: 'NOPERM',
  ReadOnly: 'READONLY',
  ResponseError: 'ERR',
};

/** Returns what valkey-glide says when the server has said this. */
export function said(message: string): string {
  const [, code = '', detail = ''] = /^([A-Z]+) (.*)$/s.exec(message) ?? [];
  const [name] = Object.entries(codes).find(([, its]) => its === code) ?? [];
  if (name !== undefined) return `An error was signalled by the server: - ${name}: ${detail}`;
  return code === '' ? message : `${code}: ${detail}`;
}
