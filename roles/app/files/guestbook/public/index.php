<?php
declare(strict_types=1);

require __DIR__ . '/../src/database.php';
require __DIR__ . '/../src/guestbook.php';
require __DIR__ . '/../src/page.php';

define('CONFIG', getenv('APP_CONFIG') ?: '/etc/app/config.json');

$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$method = $_SERVER['REQUEST_METHOD'];

header('Cache-Control: no-store');

try {
    if ($path === '/healthz') {
        plain(200, "ok\n");
    } elseif ($path === '/readyz') {
        (new Database(CONFIG))->ping();
        plain(200, "ready\n");
    } elseif ($path === '/' && ($method === 'GET' || $method === 'HEAD')) {
        page((new Guestbook(new Database(CONFIG)))->latest());
    } elseif ($path === '/entries' && $method === 'GET') {
        json((new Guestbook(new Database(CONFIG)))->latest());
    } elseif ($path === '/entries' && $method === 'POST') {
        (new Guestbook(new Database(CONFIG)))->write($_POST['author'] ?? '', $_POST['message'] ?? '');
        header('Location: /', true, 303);
    } else {
        plain(404, "not found\n");
    }
} catch (InvalidArgumentException $error) {
    plain(422, $error->getMessage() . "\n");
} catch (PDOException $error) {
    error_log($error->getMessage());
    plain(503, "the database cannot be reached\n");
}
