#!/bin/sh
# Chromium, LibreOffice, pdftotext and nginx, which some tests open our pages, workbooks and printed
# matter with, or put in front of our server: installed here where that needs no password; otherwise one line says what to install.
missing=""
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 \
  || command -v google-chrome >/dev/null 2>&1 || missing="$missing chromium"
command -v soffice >/dev/null 2>&1 || command -v libreoffice >/dev/null 2>&1 \
  || missing="$missing libreoffice-calc"
# Installed on a machine that runs services, nginx would be one at once: there it is only proposed.
[ -x /usr/sbin/nginx ] || command -v nginx >/dev/null 2>&1 || [ -d /run/systemd/system ] \
  || missing="$missing nginx openssl"
command -v pdftotext >/dev/null 2>&1 || missing="$missing poppler-utils"
[ -z "$missing" ] && exit 0

if command -v apt-get >/dev/null 2>&1; then
  as=""
  [ "$(id -u)" = 0 ] || as="sudo -n"
  if [ -z "$as" ] || $as true 2>/dev/null; then
    echo "Installing$missing (once)…"
    $as apt-get update -qq >/dev/null 2>&1
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive $as apt-get install -y -qq --no-install-recommends $missing \
      fonts-dejavu-core >/dev/null 2>&1 && exit 0
  fi
  echo "Some tests will be skipped. Install what they need: sudo apt-get install$missing"
else
  echo "Some tests will be skipped. Install what they need:$missing (macOS: brew install poppler; brew install --cask chromium libreoffice)"
fi
exit 0
