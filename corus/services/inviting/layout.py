"""How the HTML of a message looks: one column, system fonts, no image and nothing to fetch.

A constant and no file, so that what is sent can be read in one place. Knows no words.
"""

from __future__ import annotations

PAGE = """\
<!doctype html>
<html lang="{{ f.t.language }}" dir="{{ f.direction }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ f.subject }}</title>
</head>
<body style="margin:0;padding:0;background:#faf8f4;color:#1d2733">
<div style="max-width:36em;margin:0 auto;padding:24px 16px;\
font:17px/1.5 system-ui,'Segoe UI',Roboto,sans-serif">
<p style="margin:0 0 16px;font-weight:700">{{ f.organization }}<br>
<span style="font-weight:400;color:#5b6672">{{ f.title }}</span></p>
<div style="background:#ffffff;border:1px solid #d9dde1;border-radius:10px;padding:16px 18px">
{% for paragraph in f.opening %}
<p style="margin:0 0 14px">{{ paragraph }}</p>
{% endfor %}
<p style="margin:20px 0"><a href="{{ f.link }}" style="display:inline-block;padding:12px 20px;\
background:#0b6461;color:#ffffff;text-decoration:none;border-radius:8px;font-weight:700">\
{{ f.link_words }}</a></p>
<p style="margin:0 0 14px;font-size:15px;word-break:break-all">\
<a href="{{ f.link }}" style="color:#0b6461">{{ f.link }}</a></p>
{% for paragraph in f.facts %}
<p style="margin:0 0 10px">{{ paragraph }}</p>
{% endfor %}
<p style="margin:14px 0;padding:10px 14px;background:#e3f0ef;border-radius:4px">\
{{ f.promise }} <a href="{{ f.notice_url }}" style="color:#0b6461">{{ f.notice_words }}</a></p>
{% for paragraph in f.closing %}
<p style="margin:0 0 10px">{{ paragraph }}</p>
{% endfor %}
</div>
<p style="margin:16px 0 0;font-size:14px;color:#5b6672">\
<a href="{{ f.stop_url }}" style="color:#5b6672">{{ f.stop_words }}</a></p>
</div>
</body>
</html>
"""
