package teiten.advisory;

/// The page's one style block. It is hashed into the content security policy, so it is a constant.
final class NoticeStyle {
    static final String CSS =
            """
            :root { color-scheme: light; }
            * { box-sizing: border-box; }
            html { background: #eceff1; }
            body { margin: 0; color: #1a1a1a; font: 15px/1.7 "Noto Sans CJK JP", "Noto Sans JP",
              "Hiragino Sans", "Yu Gothic", "Meiryo", "IPAexGothic", sans-serif; }
            body:lang(en) { line-height: 1.5; font-family: "Helvetica Neue", Arial, "Liberation Sans",
              "Noto Sans", "Noto Sans CJK JP", sans-serif; }
            p, li, dd { text-wrap: pretty; }
            h1 { word-break: auto-phrase; text-wrap: balance; }
            .pair { display: grid; grid-template-columns: 1fr 1fr; column-gap: 7mm; }
            .pair p { text-align: left; }
            .pair table { width: 100%; }
            .pair > :only-child { grid-column: 1 / 3; }
            main { max-width: 210mm; margin: 16px auto; padding: 16mm 17mm; background: #fff; }
            header { border-top: 4px solid #123a5e; border-bottom: 1px solid #123a5e; padding: 10px 0; }
            .kicker { margin: 0; color: #123a5e; font-size: 13px; letter-spacing: .08em; }
            h1 { margin: 4px 0 8px; font-size: 23px; line-height: 1.35; }
            h2 { margin: 20px 0 6px; padding: 2px 8px; border-left: 6px solid #123a5e; background: #eef3f7;
              font-size: 16.5px; break-after: avoid; }
            h3 { margin: 12px 0 2px; font-size: 15px; break-after: avoid; }
            p { margin: 4px 0; text-align: justify; }
            p:lang(en) { text-align: left; }
            ul, ol { margin: 4px 0; padding-left: 1.6em; }
            li { margin: 2px 0; }
            dl { margin: 4px 0; }
            dl > div { display: grid; grid-template-columns: 8.5em 1fr; gap: 8px; }
            dt { font-weight: bold; }
            dd { margin: 0; overflow-wrap: anywhere; }
            header dl { font-size: 13.5px; line-height: 1.5; }
            .summary ul { border: 1px solid #9fb3c4; padding: 8px 12px 8px 2em; }
            .demo { margin: 10px 0; padding: 6px 10px; border: 2px solid #a84300; color: #7a3000;
              font-weight: bold; text-align: left; }
            figure { margin: 10px 0; break-inside: avoid; }
            figcaption { font-weight: bold; text-align: center; }
            .chart { display: block; width: 100%; height: auto; font-family: inherit; }
            .note, caption { color: #333; font-size: 12.5px; line-height: 1.5; }
            table, li, dl > div { break-inside: avoid; }
            table { border-collapse: collapse; margin: 6px 0; font-size: 13.5px; line-height: 1.45; }
            caption { text-align: left; padding-bottom: 2px; }
            th, td { border: 1px solid #9aa5ae; padding: 2px 12px; font-variant-numeric: tabular-nums; }
            thead th { background: #eef3f7; }
            tbody th { text-align: left; font-weight: normal; }
            td { text-align: right; white-space: nowrap; }
            .counted dl, .references ul { font-size: 13px; line-height: 1.55; }
            .counted dl > div { padding: 2px 0; border-bottom: 1px dotted #b7c0c7; }
            .linked { border-left: 4px solid #a84300; padding-left: 8px; margin: 0; background: #fdf5ef; }
            .owners ol { padding-left: 2em; }
            details { margin-top: 16px; }
            @media (max-width: 600px) {
              main { margin: 0; padding: 12px; }
              dl > div { grid-template-columns: 1fr; gap: 0; }
              .pair { display: block; }
              .pair table { width: auto; }
            }
            @page { size: A4; margin: 10mm 15mm; }
            @media print {
              html { background: #fff; }
              body { font-size: 8.7pt; line-height: 1.38; }
              body:lang(en) { font-size: 9pt; line-height: 1.32; }
              main { max-width: none; margin: 0; padding: 0; }
              h1 { font-size: 16pt; }
              h2 { margin-top: 8pt; font-size: 10.5pt; }
              h3 { margin-top: 4pt; font-size: 9.6pt; }
              header dl, table { font-size: 8.6pt; }
              p, li, ul, ol, dl { margin-top: 1pt; margin-bottom: 1pt; }
              figure { margin: 5pt 0; }
              h2 { line-height: 1.35; }
              th, td { padding: 1px 8px; }
              .summary ul { padding: 4px 10px 4px 2em; }
              .counted dl > div { padding: 1px 0; }
              .note, caption, .counted dl, .references ul { font-size: 7.8pt; line-height: 1.34; }
              .references { break-inside: avoid; }
              h2, thead th, .linked { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
              .screen { display: none; }
            }
            """;

    private NoticeStyle() {}
}
