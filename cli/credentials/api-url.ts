/** An address that the API key may be sent to: https, or this machine. */
export function apiUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isHere = url?.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (!url || !(url.protocol === 'https:' || isHere)) throw new Error(`"${text}" must be an https URL, such as the output KeyApiUrl`);
  if (url.username !== '' || url.search !== '' || url.hash !== '')
    throw new Error(`"${text}" must be a URL without user, query and fragment`);
  return url.href.replace(/\/+$/, '');
}

/** The region in which an API is, where its URL says so. */
export const regionOfApi = (url = ''): string | undefined => /^https:\/\/[^/]+\.execute-api\.([a-z0-9-]+)\.amazonaws\./.exec(url)?.[1];
