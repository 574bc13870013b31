"""The contrast, after WCAG 2.2, of all that is visible of a stage with what is behind it: texts, and lines that carry meaning."""

# A picture's text lies on the page, on cells and on what is lit, each of which may be a tint; a badge's number lies on its badge.
CONTRASTS = """(svg) => {
    const parse = (colour) => { const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number); return {rgb: [r, g, b], a}; };
    const over = (top, alpha, under) => under.map((c, i) => alpha * top[i] + (1 - alpha) * c);
    const luminance = (rgb) => rgb.map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const ratio = (one, other) => {
        const [a, b] = [one, other].map((c) => luminance(c) + 0.05).sort((p, q) => q - p);
        return a / b;
    };
    const backdrop = (part) => {
        const layers = [];
        for (; part; part = part.parentElement ?? part.getRootNode().host) {
            const {rgb, a} = parse(getComputedStyle(part).backgroundColor);
            layers.push([rgb, a]);
            if (a === 1) break;
        }
        return layers.reverse().reduce((under, [rgb, a]) => over(rgb, a, under), [255, 255, 255]);
    };
    const visible = (part) => part.checkVisibility({visibilityProperty: true}) && part.getClientRects().length;
    const page = backdrop(svg), root = svg.getRootNode();
    const style = (part) => getComputedStyle(part);
    const shapes = [...svg.querySelectorAll("rect, path")].filter((part) => visible(part) && style(part).fill !== "none");
    const seen = (text) => {  // its colour and what is behind it, both under whatever is drawn later
        const colour = parse(style(text).fill).rgb, badge = text.closest(".n");
        if (badge) return [colour, parse(style(badge.previousElementSibling).stroke).rgb];
        const box = text.getExtentOfChar(0), point = new DOMPoint(box.x + box.width / 2, box.y + box.height / 2);
        return shapes.filter((part) => part.isPointInFill(point)).reduce(([front, back], part) => {
            const {rgb, a} = parse(style(part).fill), alpha = a * style(part).fillOpacity;
            const later = text.compareDocumentPosition(part) & Node.DOCUMENT_POSITION_FOLLOWING;
            return [later ? over(rgb, alpha, front) : front, over(rgb, alpha, back)];
        }, [colour, page]);
    };
    const texts = [...svg.querySelectorAll("text, tspan")].filter((t) => visible(t) && t.textContent.trim() && !t.querySelector("tspan"))
        .map((t) => [t.textContent, ratio(...seen(t))]);
    const boxes = [...root.querySelectorAll(".message, .code code, .code button, input")].filter(visible)
        .map((part) => [part.className || part.tagName, ratio(parse(style(part).color).rgb, backdrop(part))]);
    const lines = [...svg.querySelectorAll(".l,.m,.r,.g,.span,.never,.differ,.stamp,.lit,.fed,.b")].filter(visible).map((part) => {
        const {rgb, a} = parse(style(part).stroke);
        return [part.classList[0], ratio(over(rgb, a * style(part).strokeOpacity, page), page)];
    });
    return {texts: [...texts, ...boxes], lines};
}"""
