<?php
declare(strict_types=1);

function plain(int $status, string $text): void
{
    http_response_code($status);
    header('Content-Type: text/plain; charset=utf-8');
    echo $text;
}

function json(array $value): void
{
    header('Content-Type: application/json');
    echo json_encode($value, JSON_THROW_ON_ERROR);
}

function escaped(string $text): string
{
    return htmlspecialchars($text, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8');
}

function page(array $entries): void
{
    header('Content-Type: text/html; charset=utf-8');
    $list = '';
    foreach ($entries as $entry) {
        $list .= '<li><p>' . nl2br(escaped($entry['message'])) . '</p><footer>' . escaped($entry['author'])
            . ', ' . escaped($entry['written_at']) . '</footer></li>';
    }
    $list = $list === '' ? '<li class="empty">Nobody has written yet. Be the first.</li>' : $list;
    $server = escaped($_SERVER['SERVED_BY'] ?? gethostname());
    echo <<<HTML
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Guest book</title>
        <link rel="stylesheet" href="/style.css">
        <main>
        <h1>Guest book</h1>
        <form method="post" action="/entries">
        <label>Your name <input name="author" maxlength="80" required></label>
        <label>Your message <textarea name="message" maxlength="1000" rows="3" required></textarea></label>
        <button>Write</button>
        </form>
        <ol>$list</ol>
        <p class="server">Served by $server</p>
        </main>
        </html>
        HTML;
}
