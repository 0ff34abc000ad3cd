/** What every path outside the API answers: a page that only a browser's script would fill. */
export const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"/><title>Drone CI</title></head><body><noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div><p>Sandbox of a Drone 2 server. Use the console instead.</p></body></html>
`;
