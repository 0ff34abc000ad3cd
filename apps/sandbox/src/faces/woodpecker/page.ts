/** What every unknown path and method answers, the API's too: a page that only a browser's script would fill. */
export const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="UTF-8" />
    <title>Woodpecker</title>
    <script type="" src="/web-config.js"></script>
  </head>
  <body>
    <noscript>This page needs JavaScript.</noscript>
    <div id="app"></div>
    <p>Sandbox of a Woodpecker server. Use the console instead.</p>
  </body>
</html>
`;
