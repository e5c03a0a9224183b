const page = (title: string, content: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>
body { font: 1.125rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 3rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff; }
button { font: inherit; padding: .6rem 1.2rem; color: #fff; background: #1a4f8b; border: 0; border-radius: .3rem; }
button:focus-visible { outline: .2rem solid #f5a623; outline-offset: .2rem; }
</style>
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`;

/** The form goes back to where it came from. */
export const askPage = page(
  'Unsubscribe',
  `<p>You will get no more messages of this kind by e-mail.</p>
<form method="post"><button type="submit">Unsubscribe</button></form>`,
);

export const donePage = page(
  'You are unsubscribed',
  '<p role="status">You will get no more messages of this kind by e-mail. Messages that are already on their way may still arrive.</p>',
);

export const unknownPage = page(
  'This link is not complete',
  '<p>Please open the link in the message once more, or copy all of it.</p>',
);
